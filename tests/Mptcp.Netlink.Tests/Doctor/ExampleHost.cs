using System.Net;
using System.Net.NetworkInformation;
using System.Text.Json;
using Mptcp.Sockets;

namespace Mptcp.Netlink.Tests.Doctor;

/// <summary>Snapshots of invented hosts.</summary>
static class ExampleHost
{
    internal const string Wifi = "192.0.2.1", Cellular = "198.51.100.1", Cable = "203.0.113.129";

    /// <summary>A client with a path over each of its interfaces, 1 and 2.</summary>
    internal static MptcpHostSnapshot Healthy { get; } = new()
    {
        KernelVersion = new Version(7, 0, 1),
        KernelRelease = "7.0.1",
        Settings = Settings(("enabled", "1"), ("path_manager", "kernel"), ("blackhole_timeout", "3600"), ("allow_join_initial_addr_port", "1")),
        Interfaces = [Interface(1, "wlan0", Wifi), Interface(2, "wwan0", Cellular)],
        DefaultRoutes = [Route(1, 100), Route(2, 200)],
        Endpoints = [Endpoint(1, Wifi), Endpoint(2, Cellular)],
        Limits = new MptcpLimits(2, 0),
    };

    internal static MptcpHostSnapshot Server { get; } = Healthy with
    {
        Endpoints = [Endpoint(2, Cellular) with { Flags = MptcpEndpointFlags.Signal }],
        Rules = [new MptcpHostRule(100, System.Net.Sockets.AddressFamily.InterNetwork) { From = IPNetwork.Parse($"{Cellular}/32"), Table = 42, Action = 1 }],
        DefaultRoutes = [Route(1, 100), Route(2, 200), Route(2, 1) with { Table = 42 }],
        Connections = [new MptcpHostConnection { State = TcpState.Listen, LocalEndPoint = new IPEndPoint(IPAddress.Any, 443), RemoteEndPoint = new IPEndPoint(IPAddress.Any, 0) }],
    };

    /// <summary>A third path has an interface 3.</summary>
    internal static MptcpHostSnapshot WithThirdPath { get; } = Healthy with
    {
        Interfaces = [.. Healthy.Interfaces, Interface(3, "eth0", Cable)],
        DefaultRoutes = [.. Healthy.DefaultRoutes, Route(3, 300)],
        Endpoints = [.. Healthy.Endpoints!, Endpoint(3, Cable) with { InterfaceName = "eth0" }],
    };

    internal static MptcpHostRoute Route(int index, int metric) => new(IPNetwork.Parse("0.0.0.0/0"), index) { Gateway = IPAddress.Parse($"192.0.{index}.254"), Metric = metric, Table = 254, Kind = 1 };

    internal static MptcpEndpoint Endpoint(int index, string address) =>
        new(IPAddress.Parse(address), MptcpEndpointFlags.Subflow) { Id = (byte)index, InterfaceIndex = index, InterfaceName = index == 1 ? "wlan0" : "wwan0" };

    internal static MptcpInterface Interface(int index, string name, string address) =>
        new(index, name, [new MptcpInterfaceAddress(IPAddress.Parse(address), IsReady: true) { PrefixLength = 24, DefaultRoute = Route(index, 100 * index) }]) { Mtu = 1500, ReversePathFilter = 2 };

    internal static MptcpSettings Settings(params (string Name, string Value)[] values) => new(values.ToDictionary(setting => setting.Name, setting => setting.Value));

    internal static MptcpHostSnapshot WithSetting(this MptcpHostSnapshot host, string name, string value) =>
        host with { Settings = new MptcpSettings(new Dictionary<string, string>(host.Settings.Values) { [name] = value }) };

    /// <summary>Goes through a saved snapshot, because counters have no public constructor.</summary>
    internal static MptcpHostSnapshot WithCounters(this MptcpHostSnapshot host, params (string Name, long Value)[] counters) => host with
    {
        Counters = MptcpHostSnapshot.FromJson($$"""{"format":1,"counters":{{JsonSerializer.Serialize(counters.ToDictionary(counter => counter.Name, counter => counter.Value))}}}""").Counters,
    };

    internal static MptcpHostSnapshot WithInterface(this MptcpHostSnapshot host, int index, Func<MptcpInterface, MptcpInterface> change) =>
        host with { Interfaces = [.. host.Interfaces.Select(network => network.Index == index ? change(network) : network)] };

    internal static MptcpHostSnapshot WithAddress(this MptcpHostSnapshot host, int index, Func<MptcpInterfaceAddress, MptcpInterfaceAddress> change) =>
        host.WithInterface(index, network => network with { Addresses = [change(network.Addresses[0])] });

    internal static MptcpHostSnapshot WithEndpoint(this MptcpHostSnapshot host, int id, Func<MptcpEndpoint, MptcpEndpoint> change) =>
        host with { Endpoints = [.. host.Endpoints!.Select(endpoint => endpoint.Id == id ? change(endpoint) : endpoint)] };

    internal static MptcpHostSnapshot Without(MptcpUnavailableReason reason, string release) => Healthy with { UnavailableReason = reason, KernelRelease = release, Limits = null, Endpoints = null };

    /// <summary>A peer that is probed without and with MPTCP, and the same over the interface 2.</summary>
    internal static MptcpProbeResult Probe(
        MptcpProbeOutcome tcp = MptcpProbeOutcome.Succeeded,
        MptcpProbeOutcome mptcp = MptcpProbeOutcome.Succeeded,
        MptcpProbeOutcome tcpOver = MptcpProbeOutcome.Succeeded,
        MptcpProbeOutcome mptcpOver = MptcpProbeOutcome.Succeeded,
        MptcpProbeOutcome joinOver = MptcpProbeOutcome.Succeeded)
    {
        return new MptcpProbeResult
        {
            Peer = IPEndPoint.Parse("203.0.113.1:443"),
            Tcp = Attempt(tcp),
            Mptcp = Attempt(mptcp),
            Interfaces =
            [
                new MptcpProbeInterface { Name = "wwan0", Address = IPAddress.Parse(Cellular), Tcp = Attempt(tcpOver), Mptcp = Attempt(mptcpOver), Join = Attempt(joinOver) },
            ],
        };

        static MptcpProbeAttempt Attempt(MptcpProbeOutcome outcome) => new() { Outcome = outcome };
    }

    internal static MptcpHostConnection Connection(params TcpState[] subflows) => new()
    {
        Token = 0xabcd,
        State = TcpState.Established,
        LocalEndPoint = IPEndPoint.Parse($"{Wifi}:40000"),
        RemoteEndPoint = IPEndPoint.Parse("203.0.113.1:443"),
        ExtraSubflows = Math.Max(0, subflows.Length - 1),
        LimitExtraSubflows = 2,
        LimitAddressesAccepted = 0,
        AddressesAccepted = 0,
        IsRemoteKeyReceived = true,
        Subflows = [.. subflows.Select(state => new MptcpHostSubflow { State = state, LocalEndPoint = IPEndPoint.Parse($"{Wifi}:40000"), RemoteEndPoint = IPEndPoint.Parse("203.0.113.1:443") })],
    };
}
