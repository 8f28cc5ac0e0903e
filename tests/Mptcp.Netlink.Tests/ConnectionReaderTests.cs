using Mptcp.Sockets;

namespace Mptcp.Netlink.Tests;

public class ConnectionReaderTests
{
    [Fact(Timeout = Limit.OfATest)]
    public async Task A_reader_lists_repeatedly_even_after_a_cancellation()
    {
        using var hosts = TwoHosts.WithOneLink();
        using MptcpConnectionReader reader = hosts.Client.Run(MptcpConnectionReader.Open);
        using Connection connection = await hosts.ConnectAsync(joined: 0);
        uint token = connection.Client.GetMptcpInfo().Token;
        var filter = new MptcpConnectionFilter { IncludeSubflows = true };
        for (int i = 0; i < 3; i++)
        {
            (await reader.ListAsync(filter)).Single().Token.Should().Be(token);
            Func<Task> cancelled = () => reader.ListAsync(filter, new CancellationToken(canceled: true));
            await cancelled.Should().ThrowAsync<OperationCanceledException>();
            reader.List().Single().Subflows.Should().BeNull();
            reader.Find(token)!.Subflows.Should().ContainSingle();
        }

        reader.Find(token + 1).Should().BeNull();
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task The_process_of_a_socket_is_found()
    {
        using var hosts = TwoHosts.WithOneLink();
        using Connection connection = await hosts.ConnectAsync(joined: 0);
        MptcpConnection listed = hosts.Client.Run(() => MptcpConnections.List().Single());
        MptcpSocketOwner owner = MptcpSocketOwner.Find([listed.Inode, 0, long.MaxValue]).Should().ContainSingle().Subject.Value;
        owner.ProcessId.Should().Be(Environment.ProcessId);
        owner.Name.Should().Be(File.ReadAllText("/proc/self/comm").Trim());
        MptcpSocketOwner.Find([]).Should().BeEmpty();
    }
}
