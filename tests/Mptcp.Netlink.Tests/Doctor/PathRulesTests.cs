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

    /// <summary>The id that each of these gets, and a part of its text.</summary>
    static readonly (string Id, string Says, MptcpHostSnapshot Host, MptcpHostConnection Connection, MptcpEvent[] Events)[] s_causes =
    [
        Cause("path-not-established", "CloseWait", Healthy, One(state: TcpState.CloseWait)),
        Cause("path-fell-back", "ExplainMptcp", Healthy, One(hasFallenBack: true)),
        Cause("path-joining", "waits for an answer", Healthy, Connection(TcpState.Established, TcpState.SynSent)),
        Cause("path-managed", "userspace", Healthy.WithSetting("path_manager", "userspace"), One(limit: 0)),
        Cause("path-limit", "ip mptcp limits set subflows 2", Healthy, One(limit: 0)),
        Cause("path-join-incomplete", "begun 3 further paths: 1 were completed, and this host rejected 2",
            Healthy.WithCounters(("MPJoinSynRx", 3), ("MPJoinAckRx", 1), ("MPJoinRejected", 2)), One(isAccepted: true)),
        Cause("path-not-used-by-peer", "announced 2 addresses", Healthy, One(isAccepted: true, signalled: 2)),
        Cause("path-none-from-peer", "signal", Healthy, One(isAccepted: true, signalled: 0)),
        Cause("path-rejected", "AdministrativelyProhibited", Healthy, One(), Closed(resetReason: MptcpResetReason.AdministrativelyProhibited)),
        Cause("path-rejected", $"{s_here} to {s_peer}", Healthy, One(), Closed(error: 111)),
        Cause("path-failed", $"from {s_here} to {s_peer} failed with error 113 (No route to host)", Healthy, One(), Closed(error: 113)),
        Cause("path-failed", "without an error", Healthy, One(), Closed()),
        Cause("path-endpoints-unreadable", "CAP_NET_ADMIN", Healthy with { Endpoints = null }, One()),
        Cause("path-not-accepted", "ip mptcp limits set add_addr_accepted 2 subflows 2", (Healthy with { Endpoints = [] }).WithCounters(("AddAddr", 1)), One()),
        Cause("path-not-accepted", "add_addr_accepted", s_alone, One(), new MptcpAddressAnnounced(Token, 1, s_peer)),
        Cause("path-no-endpoint", $"ip mptcp endpoint add {Cellular} dev wwan0 subflow", Healthy with { Endpoints = [] }, One()),
        Cause("path-no-endpoint", Cellular, Healthy with { Endpoints = [Endpoint(1, Wifi)] }, One()),
        Cause("path-no-endpoint", $"ip mptcp endpoint delete id 2 | ip mptcp endpoint add {Cellular} dev wwan0 subflow", Healthy.WithEndpoint(2, endpoint => endpoint with { Flags = MptcpEndpointFlags.Signal }), One()),
        Cause("path-not-announced", $"one address that leads to the peer, {Wifi}", s_alone, One()),
        Cause("path-no-route", $"wwan0 has no route from {Cellular} to {s_peer.Address}", Healthy.WithAddress(2, address => address with { DefaultRoute = null }), One()),
        Cause("path-no-route", "wwan0 (198.51.100.1) is down", Healthy.WithInterface(2, network => network with { IsUp = false }), One()),
        Cause("path-no-route", "wwan0 (198.51.100.1) has no carrier", Healthy.WithInterface(2, network => network with { HasCarrier = false }), One()),
        Cause("path-no-route", "no interface has the address 198.51.100.77", Healthy.WithEndpoint(2, endpoint => endpoint with { Address = IPAddress.Parse("198.51.100.77") }), One()),
        Cause("path-not-tried", $"from {Cellular}", Healthy, One()),
        Cause("path-join-failed", "2 SYNs were sent for further paths and 1 were answered", Healthy.WithCounters(("MPJoinSynTx", 2), ("MPJoinSynAckRx", 1)), One(used: 1)),
        Cause("path-join-failed", "1 paths could not be bound", Healthy.WithCounters(("MPJoinSynTxBindErr", 1)), One(used: 1)),
        Cause("path-join-failed", "to an address that the peer has announced", s_alone, One(accepted: 1)),
    ];

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
        (found.Subject, found.Severity, found.Link).Should().Be(("0000abcd", MptcpFindingSeverity.Information, $"docs/doctor.md#{id}"));
    }

    [Fact]
    public void Each_rule_has_an_example() =>
        s_causes.Select(cause => cause.Id).Distinct().Should().Equal(PathRules.All.Select(rule => rule.Id));

    [Fact]
    public void A_connection_with_several_paths_needs_no_explanation()
    {
        MptcpHostSnapshot host = Healthy with { Connections = [Connection(TcpState.Established, TcpState.Established)] };

        MptcpDoctor.ExplainPaths(host, Token).Should().BeNull();
    }

    [Fact]
    public void Events_of_other_connections_say_nothing()
    {
        MptcpHostSnapshot host = Healthy with { Connections = [One()] };

        MptcpDoctor.ExplainPaths(host, Token, [Closed(error: 113) with { Token = 1 }])!.Id.Should().Be("path-not-tried");
    }

    [Fact]
    public void A_token_that_the_snapshot_does_not_have_is_refused()
    {
        FluentActions.Invoking(() => MptcpDoctor.ExplainPaths(Healthy, Token)).Should().Throw<ArgumentException>().WithMessage("*0000abcd*");
        FluentActions.Invoking(() => MptcpDoctor.ExplainPaths(Server, 0)).Should().Throw<ArgumentException>("a socket that listens is no connection");
        FluentActions.Invoking(() => MptcpDoctor.ExplainPaths(null!, Token)).Should().Throw<ArgumentNullException>();
    }

    static (string, string, MptcpHostSnapshot, MptcpHostConnection, MptcpEvent[]) Cause(
        string id, string says, MptcpHostSnapshot host, MptcpHostConnection connection, params MptcpEvent[] events) => (id, says, host, connection, events);

    static MptcpSubflowClosed Closed(int? error = null, MptcpResetReason? resetReason = null) => new(Token, s_here, s_peer) { ErrorNumber = error, ResetReason = resetReason };

    static MptcpHostConnection One(
        TcpState state = TcpState.Established, bool hasFallenBack = false, int limit = 2, int accepted = 0, int used = 0, int signalled = 0, bool isAccepted = false)
    {
        MptcpHostConnection usual = Connection(TcpState.Established);
        return new MptcpHostConnection
        {
            Token = usual.Token,
            State = state,
            LocalEndPoint = usual.LocalEndPoint,
            RemoteEndPoint = usual.RemoteEndPoint,
            ExtraSubflows = 0,
            LimitExtraSubflows = limit,
            AddressesAccepted = accepted,
            LimitAddressesAccepted = 0,
            AddressesSignalled = signalled,
            LocalAddressesUsed = used,
            HasFallenBack = hasFallenBack,
            IsAccepted = isAccepted,
            Subflows = usual.Subflows,
        };
    }
}
