using System.Net;
using Mptcp.Netlink.Programs;
using Mptcp.Sockets;

namespace Mptcp.Netlink.Tests.Programs;

public class PathChangesTests
{
    [Fact(Timeout = Limit.OfATest)]
    public async Task A_path_that_is_gone_changes_no_endpoint_and_one_that_the_kernel_manages_does()
    {
        using var hosts = TwoHosts.WithTwoPaths();
        using Connection connection = await hosts.ConnectAsync();
        uint token = connection.Client.GetMptcpInfo().Token;
        IPAddress address = hosts.SecondLink.GetAddress(hosts.Client);
        (IPEndPoint local, IPEndPoint remote) = hosts.Client.Run(() => MptcpConnections.Find(token)!.Subflows!
            .Select(one => (one.LocalEndPoint, one.RemoteEndPoint)).Single(one => one.LocalEndPoint.Address.Equals(address)));
        var gone = new IPEndPoint(address, local.Port ^ 1);

        Action[] changes =
        [
            () => PathChanges.SetBackup(token, gone, remote, isBackup: true),
            () => PathChanges.SetBackup(token ^ 1, local, remote, isBackup: true),
            () => PathChanges.Close(token, gone, remote),
            () => PathChanges.Find(token, gone, remote),
        ];
        foreach (Action change in changes)
            FluentActions.Invoking(() => hosts.Client.Run(change)).Should().Throw<InvalidOperationException>().WithMessage("This path is gone.");

        Endpoint().Flags.HasFlag(MptcpEndpointFlags.Backup).Should().BeFalse();

        hosts.Client.Run(() => PathChanges.SetBackup(token, local, remote, isBackup: true)).Should().Be($"Endpoint {Endpoint().Id} is a backup now, for all connections.");
        Endpoint().Flags.HasFlag(MptcpEndpointFlags.Backup).Should().BeTrue();

        FluentActions.Invoking(() => hosts.Client.Run(() => PathChanges.Close(token, local, remote))).Should().Throw<InvalidOperationException>()
            .WithMessage($"The kernel manages this path. To close it, and such paths of all connections, remove endpoint {Endpoint().Id}.");

        MptcpEndpoint Endpoint() => hosts.Client.Run(() =>
        {
            using MptcpPathManager manager = MptcpPathManager.Open();
            return manager.GetEndpoints().Single(endpoint => endpoint.Address.Equals(address));
        });
    }
}
