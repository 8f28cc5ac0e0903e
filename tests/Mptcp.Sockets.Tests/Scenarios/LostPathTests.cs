using Mptcp.Lab;

namespace Mptcp.Sockets.Tests.Scenarios;

/// <summary>Paths are lost during a transfer. No byte is lost, and the connection keeps its protocol.</summary>
public class LostPathTests
{
    public enum Loss
    {
        /// <summary>Both hosts notice at once.</summary>
        LinkDown,

        /// <summary>Neither host notices.</summary>
        Blackhole,

        /// <summary>One direction only.</summary>
        BlackholeFromClient,

        /// <summary>The other direction only.</summary>
        BlackholeFromServer,
    }

    public static MatrixTheoryData<Loss, bool, bool> Losses => new(Enum.GetValues<Loss>(), [true, false], [true, false]);

    [Theory(Timeout = Limit.OfATest)]
    [MemberData(nameof(Losses))]
    public async Task A_transfer_continues_over_the_other_path(Loss loss, bool toServer, bool isFirstPath)
    {
        Needs.LabFaults();
        using TwoHosts hosts = TwoHosts.WithTwoPaths();
        using Connection connection = await hosts.ConnectAsync();
        LabLink lost = isFirstPath ? hosts.FirstLink : hosts.SecondLink;
        Transfer transfer = connection.Start(toServer);
        await transfer.MovesOnAsync();

        using (Lose(lost, loss, hosts))
        {
            await transfer.MovesOnAsync();
            connection.ShouldBothBe(MptcpState.Mptcp);
            await transfer.EndAsync();
        }
    }

    [Theory(Timeout = Limit.OfATest)]
    [InlineData(Loss.LinkDown)]
    [InlineData(Loss.Blackhole)]
    public async Task A_transfer_without_paths_waits_until_one_returns(Loss loss)
    {
        Needs.LabFaults();
        using TwoHosts hosts = TwoHosts.WithTwoPaths();
        using Connection connection = await hosts.ConnectAsync();
        Transfer transfer = connection.Start(toServer: true);
        await transfer.MovesOnAsync();
        long before = hosts.Client.ReadTimeouts();

        using (Lose(hosts.FirstLink, loss, hosts))
        {
            using (Lose(hosts.SecondLink, loss, hosts))
            {
                // Once for each path: the kernel counts only the first timeout, which may be over by now.
                await Eventually.TrueAsync(() => hosts.Client.ReadTimeouts() >= before + 2, "the kernel notices that nothing is answered");
                connection.ShouldBothBe(MptcpState.Mptcp);
            }

            await transfer.MovesOnAsync();
            await transfer.EndAsync();
        }
    }

    [Theory(Timeout = Limit.OfATest)]
    [InlineData(Loss.LinkDown)]
    [InlineData(Loss.Blackhole)]
    public async Task A_backup_path_carries_nothing_until_it_must(Loss loss)
    {
        Needs.LabFaults();
        using var hosts = new TwoHosts(50, 50);
        hosts.Client.AddEndpoint(hosts.SecondLink, LabEndpointRoles.Subflow | LabEndpointRoles.Backup);
        using Connection connection = await hosts.ConnectAsync();
        Transfer transfer = connection.Start(toServer: true);
        const int plenty = 4 * 1024 * 1024;

        await transfer.MovesOnAsync(plenty);
        hosts.SecondLink.ReadBytesSent(hosts.Client).Should().BeLessThan(plenty / 20, "a backup carries only its handshake and, at most, retransmissions of late data");

        using (Lose(hosts.FirstLink, loss, hosts))
        {
            await Eventually.TrueAsync(() => hosts.SecondLink.ReadBytesSent(hosts.Client) > plenty, "the backup path carries the data");
            await transfer.MovesOnAsync();
            connection.ShouldBothBe(MptcpState.Mptcp);
            await transfer.EndAsync();
        }
    }

    [Theory(Timeout = Limit.OfATest)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Twenty_flaps_lose_nothing(bool isFirstPath)
    {
        using TwoHosts hosts = TwoHosts.WithTwoPaths();
        using Connection connection = await hosts.ConnectAsync();
        Transfer transfer = connection.Start(toServer: true);

        await (isFirstPath ? hosts.FirstLink : hosts.SecondLink).FlapAsync(20, TimeSpan.FromMilliseconds(50), TimeSpan.FromMilliseconds(50));

        await transfer.MovesOnAsync();
        connection.ShouldBothBe(MptcpState.Mptcp);
        await transfer.EndAsync();
    }

    [Theory(Timeout = Limit.OfATest)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_path_whose_connection_is_reset_is_given_up(bool isFirstPath)
    {
        Needs.LabFaults();
        using TwoHosts hosts = TwoHosts.WithTwoPaths();
        using Connection connection = await hosts.ConnectAsync();
        Transfer transfer = connection.Start(toServer: true);
        await transfer.MovesOnAsync();

        using (LabFault fault = (isFirstPath ? hosts.FirstLink : hosts.SecondLink).ResetTcp(from: hosts.Client))
        {
            await transfer.MovesOnAsync(4 * 1024 * 1024);
            connection.ShouldBothBe(MptcpState.Mptcp);
            await transfer.EndAsync();
        }
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_path_that_is_added_to_a_living_connection_is_used()
    {
        using var hosts = new TwoHosts(50, 50);
        using Connection connection = await hosts.ConnectAsync(joined: 0);
        Transfer transfer = connection.Start(toServer: true);
        await transfer.MovesOnAsync();
        long before = hosts.SecondLink.ReadBytesSent(hosts.Client);

        hosts.Client.AddEndpoint(hosts.SecondLink, LabEndpointRoles.Subflow);

        const int much = 1024 * 1024;
        await Eventually.TrueAsync(() => hosts.SecondLink.ReadBytesSent(hosts.Client) - before > much, "the new path carries data");
        using (hosts.FirstLink.Down())
            await transfer.MovesOnAsync();

        await transfer.EndAsync();
    }

    static LabFault Lose(LabLink link, Loss loss, TwoHosts hosts) => loss switch
    {
        Loss.LinkDown => link.Down(),
        Loss.Blackhole => link.Blackhole(),
        Loss.BlackholeFromClient => link.Blackhole(hosts.Client),
        _ => link.Blackhole(hosts.Server),
    };
}
