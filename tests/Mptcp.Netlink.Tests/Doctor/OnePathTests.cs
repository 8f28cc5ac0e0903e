using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Text.Json.Nodes;
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
    public async Task A_client_with_one_path_gets_the_reason(string id, string setUp)
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
    public async Task A_client_that_accepts_no_announced_address_gets_that_reason()
    {
        using var hosts = new BrokenHost();
        await using EventLog events = EventLog.Open(hosts.Client);
        hosts.Shell(hosts.Server, "ip mptcp endpoint add UPLINK dev uplink2 signal");
        Socket client = await hosts.ConnectAsync();
        await events.FindAsync<MptcpAddressAnnounced>();

        Explain(hosts.Client, client, events.Events)!.Id.Should().Be("path-not-accepted");
        Explain(hosts.Client, client)!.Id.Should().Be("path-no-endpoint", "the counter may be another connection's");
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_client_whose_peer_rejects_the_path_gets_that_reason()
    {
        using var hosts = new BrokenHost();
        hosts.Shell(hosts.Server, "ip mptcp limits set subflows 0");
        await using EventLog events = EventLog.Open(hosts.Client);
        hosts.Shell(hosts.Client, Endpoint);
        Socket client = await hosts.ConnectAsync();
        await events.FindAsync<MptcpSubflowClosed>();

        Explain(hosts.Client, client)!.Id.Should().Be("path-join-failed", "without events, the counters remain");
        Explain(hosts.Client, client)!.Evidence.Should().Contain("1 sent, 1 answered");
        Explain(hosts.Client, client, events.Events)!.Id.Should().BeOneOf("path-rejected", "path-closed"); // kernels differ in whether they report the reset
        Explain(hosts.Client, client, events.Events)!.Evidence.Should().Contain($"{hosts.Cellular.GetAddress(hosts.Client)}");
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_client_whose_path_is_answered_by_a_reset_gets_that_reason()
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
    public async Task A_path_that_this_host_has_closed_is_not_blamed_on_the_peer()
    {
        using var hosts = new BrokenHost();
        await using EventLog atClient = EventLog.Open(hosts.Client), atServer = EventLog.Open(hosts.Server);
        hosts.Shell(hosts.Client, Endpoint);
        Socket client = await hosts.ConnectAsync();
        await Eventually.TrueAsync(() => BrokenHost.CountPaths(client) == 2, "the second path comes up");

        hosts.Shell(hosts.Client, "ip mptcp endpoint delete id 1");
        await atClient.FindAsync<MptcpSubflowClosed>();
        await atServer.FindAsync<MptcpSubflowClosed>();

        Explain(hosts.Client, client, atClient.Events)!.Id.Should().Be("path-closed-here");
        MptcpFinding server = ExplainOnly(hosts.Server, atServer.Events);
        server.Id.Should().Be("path-closed");
        server.Evidence.Should().EndWith("The peer has withdrawn its address.");
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_client_whose_peer_has_withdrawn_an_address_gets_that_reason()
    {
        using var hosts = new BrokenHost();
        await using EventLog atClient = EventLog.Open(hosts.Client), atServer = EventLog.Open(hosts.Server);
        hosts.Shell(hosts.Client, "ip mptcp limits set subflows 2 add_addr_accepted 2");
        hosts.Shell(hosts.Server, "ip mptcp endpoint add UPLINK dev uplink2 signal");
        Socket client = await hosts.ConnectAsync();
        await Eventually.TrueAsync(() => BrokenHost.CountPaths(client) == 2, "the second path comes up");

        hosts.Shell(hosts.Server, "ip mptcp endpoint delete id 1");
        await atClient.FindAsync<MptcpSubflowClosed>();
        await atServer.FindAsync<MptcpSubflowClosed>();

        Explain(hosts.Client, client, atClient.Events)!.Id.Should().Be("path-closed");
        ExplainOnly(hosts.Server, atServer.Events).Id.Should().Be("path-closed-here");
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_connection_without_any_path_gets_that_reason()
    {
        using var hosts = new BrokenHost();
        hosts.Shell(hosts.Client, "sysctl -qw net.mptcp.close_timeout=600");
        hosts.Shell(hosts.Client, "ip mptcp endpoint add WIFI dev wifi subflow id 1");
        Socket client = await hosts.ConnectAsync();
        hosts.Shell(hosts.Client, "ip address delete WIFI/24 dev wifi; ip mptcp endpoint delete id 1; ip mptcp endpoint delete id 0 WIFI; true");
        await Eventually.TrueAsync(() => !client.GetMptcpSubflows().Any(path => path.State == TcpState.Established), "the only path is closed");

        MptcpFinding found = Explain(hosts.Client, client)!;

        (found.Id, found.Severity).Should().Be(("path-none", MptcpFindingSeverity.Error));
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_client_whose_path_waits_for_an_answer_gets_that_reason()
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
        ExplainOnly(hosts.Server).Evidence.Should().Contain("The peer has not tried to open one.");
        ExplainOnly(hosts.Server, asOrdinaryUser: true).Id.Should().Be("path-none-from-peer", "older kernels report no subflows to ordinary users");

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
        ExplainOnly(hosts.Server).Id.Should().BeOneOf("path-none-from-peer", "path-limit"); // kernels differ in whose limits a connection has
    }

    static MptcpFinding? Explain(LabHost host, Socket client, IEnumerable<MptcpEvent>? events = null) =>
        MptcpDoctor.ExplainPaths(host.Run(MptcpHostSnapshot.Take), client.GetMptcpInfo().Token, events);

    /// <summary>Explains the only connection of a host.</summary>
    static MptcpFinding ExplainOnly(LabHost host, IEnumerable<MptcpEvent>? events = null, bool asOrdinaryUser = false)
    {
        MptcpHostSnapshot snapshot = host.Run(MptcpHostSnapshot.Take);
        if (asOrdinaryUser)
            snapshot = WithoutSubflows(snapshot);

        return MptcpDoctor.ExplainPaths(snapshot, snapshot.Connections!.Single(connection => connection.Token != 0).Token, events)!;
    }

    static MptcpHostSnapshot WithoutSubflows(MptcpHostSnapshot snapshot)
    {
        JsonNode saved = JsonNode.Parse(snapshot.ToJson())!;
        foreach (JsonNode? connection in saved["connections"]!.AsArray())
        {
            connection!["subflows"] = null;
            connection["isAccepted"] = null;
        }

        return MptcpHostSnapshot.FromJson(saved.ToJsonString());
    }
}
