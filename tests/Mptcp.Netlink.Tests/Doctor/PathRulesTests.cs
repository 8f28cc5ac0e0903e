using System.Net;
using System.Net.NetworkInformation;
using Mptcp.Netlink.Doctor;
using static Mptcp.Netlink.Tests.Doctor.ExampleHost;

namespace Mptcp.Netlink.Tests.Doctor;

/// <summary>Each cause for which a connection has one path only, with a snapshot that has it.</summary>
public class PathRulesTests
{
    const uint Token = 0xabcd;

    static readonly IPEndPoint s_here = IPEndPoint.Parse($"{Cellular}:5000"), s_peer = IPEndPoint.Parse("203.0.113.1:443");

    static readonly MptcpHostSnapshot s_alone = Healthy with { Interfaces = [Healthy.Interfaces[0]], Endpoints = [] };

    /// <summary>A host without routers, whose peer is on the networks of both interfaces.</summary>
    static readonly MptcpHostSnapshot s_neighbours = Healthy.WithAddress(1, address => address with { DefaultRoute = null })
        .WithAddress(2, address => address with { DefaultRoute = null, PrefixLength = 0 }) with { DefaultRoutes = [] };

    /// <summary>Examples of connections, with the id of the expected finding and a part of its text.</summary>
    static readonly (string Id, string Says, MptcpHostSnapshot Host, MptcpHostConnection Connection, MptcpEvent[] Events)[] s_causes =
    [
        Cause("path-not-established", "CloseWait", Healthy, One(state: TcpState.CloseWait)),
        Cause("path-fell-back", "ExplainMptcp", Healthy, One(hasFallenBack: true)),
        Cause("path-none", "net.mptcp.close_timeout", Healthy, Connection(TcpState.Closed)),
        Cause("path-none", "failed with error 110 (Connection timed out)", Healthy, Connection(), Closed(error: 110)),
        Cause("path-none", "no path left", Healthy, One(subflows: 0, isAccepted: null) ),
        Cause("path-joining", "waits for an answer", Healthy, Connection(TcpState.Established, TcpState.SynSent)),
        Cause("path-managed", "userspace", Healthy.WithSetting("path_manager", "userspace"), One(limit: 0)),
        Cause("path-limit", "ip mptcp limits set subflows 2", Healthy, One(limit: 0)),
        Cause("path-rejected", "AdministrativelyProhibited", Healthy, One(), Closed(resetReason: MptcpResetReason.AdministrativelyProhibited)),
        Cause("path-rejected", $"{s_here} to {s_peer}", Healthy, One(), Closed(error: 111)),
        Cause("path-failed", $"from {s_here} to {s_peer} failed with error 113 (No route to host)", Healthy, One(), Closed(error: 113)),
        Cause("path-rejected", "Raise the limit of subflows on the peer", Healthy, One(), Closed(error: 104)),
        Cause("path-rejected", "Look at the peer", Healthy, One(isAccepted: true), Closed(error: 104)),
        Cause("path-failed", "failed with error 110 (Connection timed out)", Healthy, One(isAccepted: true), Closed(error: 110)),
        Cause("path-closed-here", $"no interface has the address {Cellular} any more", s_alone, One(), Closed()),
        Cause("path-closed-here", $"endpoint 2 ({Cellular}) was removed", Healthy with { Endpoints = [] }, One(), Closed() with { LocalAddressId = 2 }),
        Cause("path-closed", "Either end may have closed it", Healthy, One(), Closed()),
        Cause("path-closed", "Either end may have closed it", Healthy, One(isAccepted: true), Closed()),
        Cause("path-closed", $"from {s_here} to {s_peer} was closed without an error", WithSecondAddress, One(), Closed()),
        Cause("path-closed", "Either end may have closed it", Healthy, One(), new MptcpAddressRemoved(Token, 4), Closed() with { RemoteAddressId = 3 }),
        Cause("path-closed", "The peer has withdrawn its address", Healthy, One(), new MptcpAddressRemoved(Token, 3), Closed() with { RemoteAddressId = 3 }),
        Cause("path-side-unknown", "Run as root", Healthy.WithCounters(("MPCapableSYNTX", 1), ("MPCapableSYNRX", 1)), One(isAccepted: null)),
        Cause("path-side-unknown", "Run as root", Healthy, One(isAccepted: null)),
        Cause("path-not-used-by-peer", "announced addresses to the peer (2)", Healthy, One(isAccepted: true, signalled: 2)),
        Cause("path-none-from-peer", "signal", Healthy, One(isAccepted: true, signalled: 0)),
        Cause("path-none-from-peer", "The peer has not tried to open one", Healthy.WithCounters(("MPJoinSynRx", 0)), One(isAccepted: true)),
        Cause("path-none-from-peer", "is unknown whether the peer has tried: the kernel counts the attempts for all connections of this network namespace together (3 begun, 1 completed, 2 rejected",
            Healthy.WithCounters(("MPJoinSynRx", 3), ("MPJoinAckRx", 1), ("MPJoinRejected", 2)), One(isAccepted: true)),
        Cause("path-endpoints-unreadable", "CAP_NET_ADMIN", Healthy with { Endpoints = null }, One()),
        Cause("path-not-accepted", "ip mptcp limits set add_addr_accepted 2 subflows 2", s_alone.WithCounters(("AddAddr", 1)), One()),
        Cause("path-not-accepted", "Peers have announced addresses (1) to connections of this network namespace, perhaps to this one", s_alone.WithCounters(("AddAddr", 1)), One()),
        Cause("path-not-accepted", "The peer has announced an address, and this host connects to none", s_alone, One(), new MptcpAddressAnnounced(Token, 1, s_peer)),
        Cause("path-no-endpoint", $"ip mptcp endpoint add {Cellular} dev wwan0 subflow", Healthy with { Endpoints = [] }, One()),
        Cause("path-no-endpoint", Cellular, (Healthy with { Endpoints = [] }).WithCounters(("AddAddr", 1)), One()),
        Cause("path-no-endpoint", $"ip mptcp endpoint add {Cellular} dev wwan0 subflow", s_neighbours with { Endpoints = [] }, One()),
        Cause("path-no-endpoint", Cellular, Healthy with { Endpoints = [Endpoint(1, Wifi)] }, One()),
        Cause("path-no-endpoint", $"ip mptcp endpoint delete id 2 | ip mptcp endpoint add {Cellular} dev wwan0 subflow", Healthy.WithEndpoint(2, endpoint => endpoint with { Flags = MptcpEndpointFlags.Signal }), One()),
        Cause("path-not-announced", $"one address that leads to the peer, {Wifi}", s_alone.WithCounters(("AddAddr", 0)), One()),
        Cause("path-not-announced", "announced no further address", s_alone.WithCounters(("AddAddr", 7)), One(acceptedLimit: 2)),
        Cause("path-not-announced", "announced no further address", (Healthy with { Endpoints = [] }).WithCounters(("AddAddr", 0)), One(peer: "127.0.0.1:443")),
        Cause("path-not-announced", "announced no further address", Healthy.WithCounters(("AddAddr", 0)), One(peer: "[2001:db8::1]:443")),
        Cause("path-no-route", $"wwan0 has no default route from {Cellular}, and {s_peer.Address} is not on its network", Healthy.WithAddress(2, address => address with { DefaultRoute = null }), One()),
        Cause("path-no-route", "wwan0 (198.51.100.1) is down", Healthy.WithInterface(2, network => network with { IsUp = false }), One()),
        Cause("path-no-route", "wwan0 (198.51.100.1) has no carrier", Healthy.WithInterface(2, network => network with { HasCarrier = false }), One()),
        Cause("path-no-route", "no interface has the address 198.51.100.77", Healthy.WithEndpoint(2, endpoint => endpoint with { Address = IPAddress.Parse("198.51.100.77") }), One()),
        Cause("path-no-route", "wwan0 (198.51.100.1) is down; eth0 (203.0.113.129) has no carrier",
            WithThirdPath.WithInterface(2, network => network with { IsUp = false }).WithInterface(3, network => network with { HasCarrier = false }), One()),
        Cause("path-no-route", "no default route", Healthy.WithAddress(2, address => address with { DefaultRoute = null }).WithCounters(("MPJoinSynTxConnectErr", 1)), One(used: 1)),
        Cause("path-not-tried", $"from {Cellular}", Healthy, One()),
        Cause("path-not-tried", $"from {Cellular}, {Cable}.", WithThirdPath.WithInterface(2, network => network with { IsUp = false }), One()),
        Cause("path-join-failed", "SYNs for further paths in this network namespace: 2 sent, 1 answered", Healthy.WithCounters(("MPJoinSynTx", 2), ("MPJoinSynAckRx", 1)), One(used: 1)),
        Cause("path-join-failed", $"a path from {Cellular}, and it is gone", Healthy.WithAddress(2, address => address with { DefaultRoute = null }), One(used: 1)),
        Cause("path-join-failed", "without a route: 3", Healthy.WithCounters(("MPJoinSynTxConnectErr", 3)), One(used: 1)),
        Cause("path-join-failed", "to an address that the peer has announced", Healthy with { Endpoints = [] }, One(accepted: 1)),
        Cause("path-join-failed", "could not be bound to their address: 1;", Healthy.WithCounters(("MPJoinSynTxBindErr", 1)), One(used: 1)),
        Cause("path-join-failed", "to an address that the peer has announced", s_alone, One(accepted: 1)),
        Cause("path-join-failed", "from an endpoint that was removed since", s_alone.WithCounters(("AddAddr", 0)), One(used: 1, acceptedLimit: 1), new MptcpAddressAnnounced(Token, 1, s_peer)),
        Cause("path-unknown", "whether it has tried one.", Healthy, One(used: null)),
        Cause("path-unknown", "the peer has announced an address", s_alone, One(acceptedLimit: 2), new MptcpAddressAnnounced(Token, 1, s_peer)),
    ];

    static MptcpHostSnapshot WithSecondAddress => Healthy.WithInterface(2, network => network with { Addresses = [.. network.Addresses, network.Addresses[0] with { Address = IPAddress.Parse("198.51.100.2") }] });

    internal static IEnumerable<MptcpFinding> Findings => s_causes.Select(cause => MptcpDoctor.ExplainPaths(cause.Host with { Connections = [cause.Connection] }, Token, cause.Events)!);

    public static TheoryData<int> Causes => [.. Enumerable.Range(0, s_causes.Length)];

    [Theory]
    [MemberData(nameof(Causes))]
    public void A_connection_with_one_path_gets_its_cause(int number)
    {
        (string id, string says, MptcpHostSnapshot host, MptcpHostConnection connection, MptcpEvent[] events) = s_causes[number];

        MptcpFinding? found = MptcpDoctor.ExplainPaths(host with { Connections = [connection] }, Token, events);

        found.Should().NotBeNull();
        found!.Id.Should().Be(id, found.Evidence);
        string.Join(" | ", [found.Evidence, found.Advice, .. found.Remedy]).Should().Contain(says);
        (found.Subject, found.Link).Should().Be(("0000abcd", $"docs/doctor.md#{id}"));
        found.Severity.Should().Be(id == "path-none" ? MptcpFindingSeverity.Error : MptcpFindingSeverity.Information);
    }

    [Fact]
    public void Each_rule_has_an_example() =>
        s_causes.Select(cause => cause.Id).Distinct().Should().Equal(PathRules.All.Select(rule => rule.Id));

    [Fact]
    public void A_connection_with_several_paths_needs_no_explanation()
    {
        MptcpHostConnection[] connections = [Connection(TcpState.Established, TcpState.Established), One(isAccepted: null, subflows: 2), One(isAccepted: null, extra: 1)];

        foreach (MptcpHostConnection connection in connections)
            MptcpDoctor.ExplainPaths(Healthy with { Connections = [connection] }, Token).Should().BeNull();
    }

    [Fact]
    public void Events_of_other_connections_say_nothing()
    {
        MptcpHostSnapshot host = Healthy with { Connections = [One()] };

        MptcpDoctor.ExplainPaths(host, Token, [Closed(error: 113) with { Token = 1 }])!.Id.Should().Be("path-not-tried");
    }

    /// <summary>Older kernels do not show subflows to ordinary users. So other facts must show which end opened a connection.</summary>
    [Theory]
    [InlineData(1, 1, 40_000, "path-none-from-peer")]
    [InlineData(1, 1, 443, "path-no-endpoint")]
    [InlineData(0, 0, null, "path-side-unknown")]
    [InlineData(0, 1, null, "path-none-from-peer")]
    [InlineData(1, 0, null, "path-no-endpoint")]
    [InlineData(1, 0, 40_000, "path-no-endpoint")]
    public void Counters_and_listeners_show_the_end_that_opened_a_connection(int opened, int accepted, int? listens, string id)
    {
        MptcpHostConnection connection = One(isAccepted: null);
        MptcpHostConnection[] listeners =
        [
            .. listens is { } port
                ? [new MptcpHostConnection { State = TcpState.Listen, LocalEndPoint = new IPEndPoint(IPAddress.Any, port), RemoteEndPoint = new IPEndPoint(IPAddress.Any, 0) }]
                : Array.Empty<MptcpHostConnection>(),
        ];
        MptcpHostSnapshot host = (Healthy with { Endpoints = [], Connections = [connection, .. listeners] })
            .WithCounters(("MPCapableSYNTX", opened), ("MPCapableSYNRX", accepted), ("AddAddr", 0));

        MptcpDoctor.ExplainPaths(host, Token)!.Id.Should().Be(id);
    }

    [Fact]
    public void Events_show_the_end_that_opened_a_connection()
    {
        MptcpHostSnapshot host = Healthy with { Endpoints = [], Connections = [One(isAccepted: null)] };

        foreach (bool isAccepted in new[] { true, false })
        {
            MptcpDoctor.ExplainPaths(host, Token, [new MptcpConnectionCreated(Token, s_here, s_peer) { IsServerSide = isAccepted }])!.Id
                .Should().Be(isAccepted ? "path-none-from-peer" : "path-no-endpoint");
        }
    }

    [Fact]
    public void A_token_that_the_snapshot_does_not_have_is_refused()
    {
        FluentActions.Invoking(() => MptcpDoctor.ExplainPaths(Healthy, Token)).Should().Throw<ArgumentException>().WithMessage("*0000abcd*");
        FluentActions.Invoking(() => MptcpDoctor.ExplainPaths(Server, 0)).Should().Throw<ArgumentException>("a socket that listens is not a connection");
        FluentActions.Invoking(() => MptcpDoctor.ExplainPaths(null!, Token)).Should().Throw<ArgumentNullException>();
    }

    static (string, string, MptcpHostSnapshot, MptcpHostConnection, MptcpEvent[]) Cause(
        string id, string says, MptcpHostSnapshot host, MptcpHostConnection connection, params MptcpEvent[] events) => (id, says, host, connection, events);

    static MptcpSubflowClosed Closed(int? error = null, MptcpResetReason? resetReason = null) => new(Token, s_here, s_peer) { ErrorNumber = error, ResetReason = resetReason };

    static MptcpHostConnection One(
        TcpState state = TcpState.Established, bool hasFallenBack = false, int limit = 2, int accepted = 0, int acceptedLimit = 0, int? used = 0, int signalled = 0,
        bool? isAccepted = false, int? subflows = null, int extra = 0, string peer = "203.0.113.1:443")
    {
        MptcpHostConnection usual = Connection(TcpState.Established);
        return new MptcpHostConnection
        {
            Token = usual.Token,
            State = state,
            LocalEndPoint = usual.LocalEndPoint,
            RemoteEndPoint = IPEndPoint.Parse(peer),
            ExtraSubflows = extra,
            LimitExtraSubflows = limit,
            AddressesAccepted = accepted,
            LimitAddressesAccepted = acceptedLimit,
            AddressesSignalled = signalled,
            LocalAddressesUsed = used,
            HasFallenBack = hasFallenBack,
            IsAccepted = isAccepted,
            TotalSubflows = subflows,
            Subflows = isAccepted is null ? null : usual.Subflows,
        };
    }
}
