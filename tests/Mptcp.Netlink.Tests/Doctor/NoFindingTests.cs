using System.Net;
using System.Net.NetworkInformation;
using Mptcp.Sockets;
using static Mptcp.Netlink.MptcpEndpointFlags;
using static Mptcp.Netlink.Tests.Doctor.ExampleHost;

namespace Mptcp.Netlink.Tests.Doctor;

/// <summary>Hosts that resemble one with a problem, but do not have it. A finding there would be wrong advice.</summary>
public class NoFindingTests
{
    const string IPv6 = "2001:db8::2";

    /// <summary>The finding that the host must not get, and the host.</summary>
    static readonly (string Id, string Because, MptcpHostSnapshot Host)[] s_hosts =
    [
        ("mptcp-unavailable", "another finding names the sysctl", Without(MptcpUnavailableReason.DisabledBySysctl, "6.12")),
        ("mptcp-disabled", "a kernel without the setting has not turned it off", Healthy with { Settings = Settings() }),
        ("path-manager", "a kernel without the setting has one path manager", Healthy with { Settings = Settings() }),
        ("other-manager", "the endpoints belong to no service", Managed(199)),
        ("other-manager", "mptcpd may use the last id", Managed(255)),
        ("endpoints-unreadable", "a kernel without MPTCP has no endpoints to read", Healthy with { Endpoints = null, Limits = null }),
        ("blackhole", "the kernel does not remember", Blackhole("0")),
        ("blackhole", "the kernel has no such memory", Blackhole("0") with { Settings = Settings() }),
        ("rp-filter-strict", "the filter is off", Healthy.WithInterface(2, network => network with { ReversePathFilter = 0 })),
        ("rp-filter-strict", "loopback carries no path", Healthy.WithInterface(2, network => network with { ReversePathFilter = 1, IsLoopback = true })),
        ("rp-filter-strict", "the interface is down", Healthy.WithInterface(2, network => network with { ReversePathFilter = 1, IsUp = false })),
        ("rp-filter-strict", "the interface carries no path", Healthy.WithAddress(2, address => address with { CarriesPaths = false, Address = IPAddress.Parse("169.254.1.1") })
            .WithInterface(2, network => network with { ReversePathFilter = 1 })),
        ("rp-filter-strict", "packets cannot arrive elsewhere", Healthy.WithInterface(1, network => network with { IsUp = false })
            .WithInterface(2, network => network with { ReversePathFilter = 1 })),
        ("signal-no-rule", "nothing can arrive", (Server with { Rules = [] }).WithInterface(2, network => network with { IsUp = false })),
        ("signal-no-rule", "the address is of no interface", (Server with { Rules = [] }).WithEndpoint(2, endpoint => endpoint with { Address = IPAddress.Parse("198.51.100.77") })),
        ("signal-no-rule", "answers leave there anyway", Server with { Rules = [], DefaultRoutes = [Route(2, 100), Route(1, 200)] }),
        ("signal-no-rule", "answers leave nowhere", Server with { Rules = [], DefaultRoutes = [] }),
        ("address-twice", "loopback does not count", Twice.WithInterface(1, network => network with { IsLoopback = true })),
        ("address-twice", "no path begins from a link-local address", Twice.WithAddress(1, address => address with { CarriesPaths = false })),
        ("address-twice", "one interface has it twice", Healthy.WithInterface(2, network => network with { Addresses = [.. network.Addresses, .. network.Addresses] })),
        ("mtu-differs", "the other interface has no endpoint", Healthy.WithInterface(2, network => network with { Mtu = 1400 }) with { Endpoints = [Endpoint(1, Wifi)] }),
        ("mtu-differs", "a snapshot of an old format has no MTU", Healthy.WithInterface(2, network => network with { Mtu = null })),
        ("mtu-differs", "both addresses are of one interface", Healthy.WithInterface(1, network => network with { Mtu = 1400, Addresses = [.. network.Addresses, .. Healthy.Interfaces[1].Addresses] }) with { Interfaces = [Healthy.Interfaces[0]] }),
        ("endpoint-interface-wrong", "the endpoint names none", Healthy.WithEndpoint(2, endpoint => endpoint with { InterfaceIndex = 0, InterfaceName = null })),
        ("endpoint-interface-wrong", "the address is gone altogether", Healthy.WithEndpoint(2, endpoint => endpoint with { InterfaceIndex = 1, Address = IPAddress.Parse("198.51.100.77") })),
        ("endpoint-interface-wrong", "both interfaces have the address", Twice with { Endpoints = [Endpoint(2, Wifi)] }),
        ("endpoint-no-route", "the kernel opens no path from it", WithoutRoute.WithEndpoint(2, endpoint => endpoint with { Flags = Signal })),
        ("endpoint-no-route", "another finding says that it is down", WithoutRoute.WithInterface(2, network => network with { IsUp = false })),
        ("endpoint-no-route", "another finding says that it leads nowhere", WithoutRoute.WithAddress(2, address => address with { CarriesPaths = false })),
        ("endpoint-missing", "clients open the paths", Server with { Endpoints = [] }),
        ("endpoint-missing", "the endpoints are unknown", Healthy with { Endpoints = null }),
        ("endpoint-missing", "there is no second path", Healthy with { Endpoints = [], Interfaces = [Healthy.Interfaces[1]] }),
        ("endpoint-missing", "another address of the interface is one", Healthy.WithInterface(2, network => network with { Addresses = [.. network.Addresses, network.Addresses[0] with { Address = IPAddress.Parse("198.51.100.2") }] })),
        ("endpoint-missing", "connections begin there", Healthy with { Endpoints = [Endpoint(2, Cellular)] }),
        ("endpoint-missing", "a table of its own has the better route", Healthy with { Endpoints = [Endpoint(2, Cellular)], DefaultRoutes = [Route(2, 1) with { Table = 42 }, .. Healthy.DefaultRoutes] }),
        ("endpoint-missing", "IPv6 has the better route", Healthy with { Endpoints = [Endpoint(2, Cellular)], DefaultRoutes = [new MptcpHostRoute(IPNetwork.Parse("::/0"), 2) { Metric = 1, Table = 254 }, .. Healthy.DefaultRoutes] }),
        ("endpoint-link-local", "another finding says that it is temporary", Healthy.WithAddress(2, address => address with { CarriesPaths = false, IsTemporary = true })),
        ("endpoint-vpn", "it only looks a little like one", Healthy.WithInterface(2, network => network with { Name = "eth-wg0" })),
        ("endpoint-vpn", "the kernel tells names in capitals from others", Healthy.WithInterface(2, network => network with { Name = "WG0" })),
        ("endpoint-signal-subflow", "another finding says that the address is gone", Healthy.WithEndpoint(2, endpoint => endpoint with { Flags = Signal | Subflow, Address = IPAddress.Parse("198.51.100.77") })),
        ("endpoint-subflow-server", "it is announced", Server.WithEndpoint(2, endpoint => endpoint with { Flags = Signal | Subflow })),
        ("endpoint-subflow-server", "it is neither", Server.WithEndpoint(2, endpoint => endpoint with { Flags = Backup })),
        ("endpoint-subflow-server", "the host connects, too", Server.WithEndpoint(2, endpoint => endpoint with { Flags = Subflow }).WithCounters(("MPCapableSYNTX", 1))),
        ("endpoint-subflow-server", "the server is for this host only", Server.WithEndpoint(2, endpoint => endpoint with { Flags = Subflow }) with { Connections = [Listener(IPAddress.Loopback)] }),
        ("endpoint-subflow-server", "the address is gone", Server.WithEndpoint(2, endpoint => endpoint with { Flags = Subflow, Address = IPAddress.Parse("198.51.100.77") })),
        ("limit-subflows", "a connection begins on one of the two", Healthy with { Limits = new MptcpLimits(1, 0) }),
        ("limit-subflows", "a connection uses the endpoints of one family", Healthy.WithInterface(2, network => network with { Addresses = [.. network.Addresses, new MptcpInterfaceAddress(IPAddress.Parse(IPv6), IsReady: true)] })
            with { Limits = new MptcpLimits(1, 0), Endpoints = [.. Healthy.Endpoints!, Endpoint(2, IPv6) with { Id = 3 }] }),
        ("limit-subflows", "the kernel allows no more", Healthy with { Limits = new MptcpLimits(0, 0), Maximum = 0 }),
        ("limit-subflows", "the kernel has made these endpoints itself", Healthy.WithEndpoint(2, endpoint => endpoint with { Flags = Implicit }) with { Limits = new MptcpLimits(0, 0) }),
        ("limit-subflows", "there are no limits", Healthy with { Limits = null }),
        ("limit-fullmesh", "the limit is just enough", Meshed(4)),
        ("limit-fullmesh", "the kernel allows no more", Meshed(2) with { Maximum = 2 }),
        ("limit-fullmesh", "there are no limits", Meshed(2) with { Limits = null }),
        ("announced-not-accepted", "they are accepted", Healthy.WithCounters(("AddAddr", 2)) with { Limits = new MptcpLimits(2, 1) }),
        ("announced-not-accepted", "there are none", Healthy.WithCounters(("AddAddr", 0))),
        ("join-bind", "one in ten may fail", Healthy.WithCounters(("MPJoinSynTxBindErr", 1), ("MPJoinSynAckRx", 10))),
        ("join-rejected", "one in ten may fail", Healthy.WithCounters(("MPJoinRejected", 1), ("MPJoinAckRx", 10))),
        ("join-unanswered", "one in ten may fail", Healthy.WithCounters(("MPJoinSynTx", 11), ("MPJoinSynAckRx", 10))),
        ("join-unanswered", "it still waits", Healthy.WithCounters(("MPJoinSynTx", 1)) with { Connections = [Connection(TcpState.SynSent)] }),
        ("join-unanswered", "other findings explain each of them", Healthy.WithCounters(
            ("MPJoinSynTx", 4), ("MPJoinSynTxBindErr", 1), ("MPJoinSynTxConnectErr", 1), ("MPJoinSynTxCreatSkErr", 1), ("MPJoinSynAckNoMPJoin", 1))),
        ("join-no-token", "joins to the common address are forbidden", Healthy.WithCounters(("MPJoinNoTokenFound", 4)).WithSetting("allow_join_initial_addr_port", "0")),
        ("connection-no-path", "the kernel shows the subflows to root only", Healthy with { Connections = [Unobserved] }),
        ("connection-no-path", "it has fallen back", Healthy with { Connections = [WithoutPath(TcpState.Established, hasFallenBack: true)] }),
        ("connection-no-path", "it has ended", Healthy with { Connections = [WithoutPath(TcpState.CloseWait)] }),
        ("connection-no-path", "one path works", Healthy with { Connections = [Connection(TcpState.Closed, TcpState.Established)] }),
        ("connection-no-path", "one path is being opened here", Healthy with { Connections = [Connection(TcpState.Closed, TcpState.SynSent)] }),
        ("connection-no-path", "one path is being opened by the peer", Healthy with { Connections = [Connection(TcpState.Closed, TcpState.SynReceived)] }),
    ];

    static MptcpHostSnapshot Twice => Healthy.WithAddress(2, address => address with { Address = IPAddress.Parse(Wifi) });

    static MptcpHostSnapshot WithoutRoute => Healthy.WithAddress(2, address => address with { DefaultRoute = null });

    static MptcpHostConnection Unobserved => new() { State = TcpState.Established, LocalEndPoint = new IPEndPoint(IPAddress.Any, 1), RemoteEndPoint = new IPEndPoint(IPAddress.Any, 2) };

    public static TheoryData<int> Hosts => [.. Enumerable.Range(0, s_hosts.Length)];

    [Theory]
    [MemberData(nameof(Hosts))]
    public void A_host_without_the_trouble_does_not_get_its_finding(int number)
    {
        (string id, string because, MptcpHostSnapshot host) = s_hosts[number];

        MptcpDoctor.Examine(host).Should().NotContain(finding => finding.Id == id, because);
    }

    static MptcpHostSnapshot Managed(byte id) => Healthy.WithEndpoint(2, endpoint => endpoint with { Id = id }) with
    {
        OtherManagers = [new MptcpEndpointManager { Name = "mptcpd", ProcessId = 7 }],
    };

    static MptcpHostSnapshot Blackhole(string timeout) => Healthy.WithCounters(("MPCapableSYNTXDisabled", 3)).WithSetting("blackhole_timeout", timeout);

    static MptcpHostSnapshot Meshed(int limit) => Healthy.WithEndpoint(2, endpoint => endpoint with { Flags = Subflow | FullMesh }) with { Limits = new MptcpLimits(limit, 3) };

    static MptcpHostConnection WithoutPath(TcpState state, bool hasFallenBack = false) => new()
    {
        State = state,
        HasFallenBack = hasFallenBack,
        LocalEndPoint = new IPEndPoint(IPAddress.Any, 1),
        RemoteEndPoint = new IPEndPoint(IPAddress.Any, 2),
        Subflows = [],
    };

    static MptcpHostConnection Listener(IPAddress address) => new()
    {
        State = TcpState.Listen,
        LocalEndPoint = new IPEndPoint(address, 443),
        RemoteEndPoint = new IPEndPoint(IPAddress.Any, 0),
    };
}
