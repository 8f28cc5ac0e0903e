using System.Net.Sockets;
using Mptcp.Lab;

namespace Mptcp.Sockets.Tests.Scenarios;

/// <summary>
/// Middleboxes between two hosts. Connections work, and report their protocol. <see cref="RaceTests"/> has the middleboxes that drop SYNs.
/// </summary>
public class MiddleboxTests
{
    [Theory(Timeout = Limit.OfATest)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_connection_whose_option_is_stripped_falls_back(bool fromSynAcksOnly)
    {
        Needs.LabFaults();
        using var hosts = new TwoHosts(null, null);
        hosts.Client.UseAllLinks();
        using LabFault firewall = fromSynAcksOnly ? hosts.FirstLink.StripMptcpFromSynAcks() : hosts.FirstLink.StripMptcp();
        using Socket listener = hosts.Listen();

        using Socket client = hosts.Connect(listener.EndPoint());
        using Socket server = await listener.AcceptAsync();

        client.GetMptcpState().Should().Be(MptcpState.FellBack);
        await Traffic.ExchangeAsync(client, server);
        server.GetMptcpState().Should().Be(MptcpState.Tcp);
        hosts.Client.Read("MPCapableFallbackSYNACK").Should().Be(1);
        hosts.Server.Read("MPCapableFallbackACK").Should().Be(fromSynAcksOnly ? 1 : 0, "only then has the server seen a SYN with the option");
        MptcpBlackholes.Contains(listener.EndPoint()).Should().BeFalse("it was answered");
    }

    [Theory(Timeout = Limit.OfATest)]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_required_MPTCP_peer_is_refused_if_the_option_is_stripped(bool fromSynAcksOnly)
    {
        Needs.LabFaults();
        using TwoHosts hosts = TwoHosts.WithOneLink();
        using LabFault firewall = fromSynAcksOnly ? hosts.FirstLink.StripMptcpFromSynAcks() : hosts.FirstLink.StripMptcp();
        using Socket listener = hosts.Listen();

        FluentActions.Invoking(() => hosts.Connect(listener.EndPoint(), new MptcpConnectOptions { RequireMptcpPeer = true })).Should().Throw<MptcpFallbackException>();

        using Socket server = await listener.AcceptAsync();
        (await server.ReceiveAsync(new byte[1])).Should().Be(0, "the client has closed its socket");
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_connection_keeps_MPTCP_if_only_the_second_path_strips_the_option()
    {
        Needs.LabFaults();
        using TwoHosts hosts = TwoHosts.WithTwoPaths();
        using LabFault firewall = hosts.SecondLink.StripMptcp();

        using Connection connection = await hosts.ConnectAsync(joined: 0);

        if (!hosts.Client.ReadCounters().ContainsKey("MPJoinSynTx"))
            Needs.KernelLacks("that counts SYNs that ask to join.");

        await Eventually.TrueAsync(() => hosts.Client.Read("MPJoinSynTx") > 0, "a subflow is tried there");
        if (hosts.Client.ReadCounters().ContainsKey("MPJoinSynAckNoMPJoin"))
            await Eventually.TrueAsync(() => hosts.Client.Read("MPJoinSynAckNoMPJoin") > 0, "the kernel counts why it failed");

        await Traffic.ExchangeAsync(connection.Client, connection.Server);
        connection.ShouldBothBe(MptcpState.Mptcp);
        hosts.Server.Read("MPJoinAckRx").Should().Be(0);
    }

    /// <summary>
    /// Since Linux 6.12, the kernel itself gives up MPTCP after about 3 s, and counts the SYN as dropped. A connect that ends before that
    /// count was faster.
    /// </summary>
    [Fact(Timeout = Limit.OfATest)]
    public void The_race_ends_before_the_kernel_falls_back_if_SYNs_are_dropped()
    {
        Needs.LabFaults();
        using TwoHosts hosts = TwoHosts.WithOneLink();
        using LabFault firewall = hosts.FirstLink.DropMptcpSyns();
        using Socket listener = hosts.Listen();
        using var logs = new CollectedLogs();

        using Socket client = hosts.Connect(listener.EndPoint(), new MptcpConnectOptions { LoggerFactory = logs });

        hosts.Client.Read("MPCapableSYNTXDrop").Should().Be(0);
        client.GetMptcpState().Should().Be(MptcpState.Tcp);
        Eventually.True(() => MptcpBlackholes.Contains(listener.EndPoint()), "the check confirms it");
        Eventually.True(() => logs.Entries.Count(entry => entry.Name == "Blackhole") == 1, "it is logged");
    }
}
