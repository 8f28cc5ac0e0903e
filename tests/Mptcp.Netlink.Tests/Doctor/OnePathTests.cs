using System.Net.Sockets;
using Mptcp.Lab;
using Mptcp.Netlink.Tests.Support;
using Mptcp.Sockets;

namespace Mptcp.Netlink.Tests.Doctor;

/// <summary>Real connections that have one path only, and what the host says about each.</summary>
public class OnePathTests
{
    const string Endpoint = "ip mptcp endpoint add CELLULAR dev cellular subflow;";

    [Theory(Timeout = Limit.OfATest)]
    [InlineData("path-no-endpoint", "true")]
    [InlineData("path-limit", Endpoint + "ip mptcp limits set subflows 0")]
    [InlineData("path-managed", Endpoint + "sysctl -qw net.mptcp.pm_type=1")]
    [InlineData("path-not-announced", "ip link set cellular down")]
    [InlineData("path-no-route", Endpoint + "ip link set cellular down")]
    [InlineData("path-no-route", "ip mptcp endpoint add 10.99.0.7 dev cellular subflow")]
    public async Task A_client_tells_why(string id, string setUp)
    {
        using var hosts = new BrokenHost();
        hosts.Shell(hosts.Client, setUp);
        Socket client = await hosts.ConnectAsync();

        Explain(hosts.Client, client)!.Id.Should().Be(id);
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_client_with_two_paths_gets_no_reason()
    {
        using var hosts = new BrokenHost();
        hosts.Shell(hosts.Client, Endpoint);
        Socket client = await hosts.ConnectAsync();
        await Eventually.TrueAsync(() => BrokenHost.CountPaths(client) == 2, "the second path comes up");

        Explain(hosts.Client, client).Should().BeNull();
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_client_whose_peer_has_announced_an_address_that_it_does_not_accept()
    {
        using var hosts = new BrokenHost();
        hosts.Shell(hosts.Server, "ip mptcp endpoint add UPLINK dev uplink2 signal");
        Socket client = await hosts.ConnectAsync();
        await Eventually.TrueAsync(() => hosts.Client.Read("AddAddr") > 0, "the server announces its address");

        Explain(hosts.Client, client)!.Id.Should().Be("path-not-accepted");
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_client_whose_peer_rejects_the_path()
    {
        using var hosts = new BrokenHost();
        hosts.Shell(hosts.Server, "ip mptcp limits set subflows 0");
        await using EventLog events = EventLog.Open(hosts.Client);
        hosts.Shell(hosts.Client, Endpoint);
        Socket client = await hosts.ConnectAsync();
        await events.FindAsync<MptcpSubflowClosed>();

        Explain(hosts.Client, client)!.Id.Should().Be("path-join-failed", "without events, the counters remain");
        Explain(hosts.Client, client)!.Evidence.Should().Contain("1 SYNs were sent for further paths and 1 were answered");
        Explain(hosts.Client, client, events.Events)!.Id.Should().BeOneOf("path-rejected", "path-failed");
        Explain(hosts.Client, client, events.Events)!.Evidence.Should().Contain($"{hosts.Cellular.GetAddress(hosts.Client)}");
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_client_whose_path_is_answered_by_a_reset()
    {
        using var hosts = new BrokenHost();
        hosts.Cellular.ResetTcp();
        await using EventLog events = EventLog.Open(hosts.Client);
        hosts.Shell(hosts.Client, Endpoint);
        Socket client = await hosts.ConnectAsync();
        await events.FindAsync<MptcpSubflowClosed>();

        Explain(hosts.Client, client, events.Events)!.Id.Should().Be("path-rejected");
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_client_whose_path_waits_for_an_answer()
    {
        using var hosts = new BrokenHost();
        hosts.Cellular.Blackhole();
        hosts.Shell(hosts.Client, Endpoint);
        Socket client = await hosts.ConnectAsync();
        await Eventually.TrueAsync(() => hosts.Client.Read("MPJoinSynTx") > 0, "the kernel tries the second path");

        Explain(hosts.Client, client)!.Id.Should().Be("path-joining");
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_server_whose_peer_opens_no_path_gets_that_reason()
    {
        using var hosts = new BrokenHost();
        await hosts.ConnectAsync();

        ExplainOnly(hosts.Server).Id.Should().Be("path-none-from-peer");

        hosts.Shell(hosts.Server, "ip mptcp endpoint add UPLINK dev uplink2 signal");
        await Eventually.TrueAsync(() => hosts.Client.Read("AddAddr") > 0, "the server announces its address");

        ExplainOnly(hosts.Server).Id.Should().Be("path-not-used-by-peer");
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_server_that_rejects_paths_gets_that_reason()
    {
        using var hosts = new BrokenHost();
        hosts.Shell(hosts.Client, Endpoint);
        hosts.Shell(hosts.Server, "ip mptcp limits set subflows 0");
        await hosts.ConnectAsync();
        await Eventually.TrueAsync(() => hosts.Server.Read("MPJoinSynRx") > 0, "the client tries the second path");

        ExplainOnly(hosts.Server).Id.Should().Be("path-limit");
        hosts.Shell(hosts.Server, "ip mptcp limits set subflows 4");
        ExplainOnly(hosts.Server).Id.Should().BeOneOf("path-join-incomplete", "path-limit"); // kernels differ in whose limits a connection has
    }

    static MptcpFinding? Explain(LabHost host, Socket client, IEnumerable<MptcpEvent>? events = null) =>
        MptcpDoctor.ExplainPaths(host.Run(MptcpHostSnapshot.Take), client.GetMptcpInfo().Token, events);

    /// <summary>Explains the only connection of a host.</summary>
    static MptcpFinding ExplainOnly(LabHost host)
    {
        MptcpHostSnapshot snapshot = host.Run(MptcpHostSnapshot.Take);
        return MptcpDoctor.ExplainPaths(snapshot, snapshot.Connections!.Single(connection => connection.Token != 0).Token)!;
    }
}
