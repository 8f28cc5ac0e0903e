using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Mptcp.Netlink.Endpoints;

namespace Mptcp.Netlink.Doctor;

/// <summary>What several rules ask about a host.</summary>
static class Facts
{
    /// <summary>The addresses that can carry paths now, by the same measure as <c>AddMptcpEndpoints</c>.</summary>
    internal static IEnumerable<EndpointCandidate> Paths(this Case examined) => EndpointCandidate.From(examined.Host, examined.Options.Endpoints).Where(candidate => candidate.IsReady);

    /// <summary>The endpoints that somebody has added.</summary>
    internal static IEnumerable<MptcpEndpoint> Endpoints(this Case examined) => (examined.Host.Endpoints ?? []).Where(endpoint => !endpoint.Has(MptcpEndpointFlags.Implicit));

    internal static bool Has(this MptcpEndpoint endpoint, MptcpEndpointFlags flag) => (endpoint.Flags & flag) != 0;

    /// <summary>The interface that has the address: of several, the one that the endpoint names.</summary>
    internal static MptcpInterface? FindInterface(this Case examined, MptcpEndpoint endpoint) => examined.Host.Interfaces
        .Where(network => network.Addresses.Any(address => address.Address.Equals(endpoint.Address)))
        .OrderByDescending(network => network.Index == endpoint.InterfaceIndex)
        .FirstOrDefault();

    internal static MptcpInterfaceAddress? FindAddress(this Case examined, MptcpEndpoint endpoint) =>
        examined.FindInterface(endpoint)?.Addresses.First(address => address.Address.Equals(endpoint.Address));

    /// <summary>The number of the interface with the default route of the lowest metric; null without a default route. Connections begin on it.</summary>
    internal static int? FirstInterface(this Case examined, AddressFamily family) => examined.Host.DefaultRoutes
        .Where(route => route.Table == MainTable && route.Destination.BaseAddress.AddressFamily == family)
        .OrderBy(route => route.Metric)
        .FirstOrDefault()?.InterfaceIndex;

    /// <summary>The router that an interface has a default route over, in whatever table.</summary>
    internal static IPAddress? FindRouter(this Case examined, int interfaceIndex, AddressFamily family) => examined.Host.DefaultRoutes
        .FirstOrDefault(route => route.InterfaceIndex == interfaceIndex && route.Gateway?.AddressFamily == family)?.Gateway;

    internal static IEnumerable<MptcpHostConnection> Listeners(this Case examined) =>
        (examined.Host.Connections ?? []).Where(connection => connection.State == TcpState.Listen && !IPAddress.IsLoopback(connection.LocalEndPoint.Address));

    internal static IEnumerable<MptcpHostConnection> Established(this Case examined) =>
        (examined.Host.Connections ?? []).Where(connection => connection is { State: TcpState.Established, HasFallenBack: false });

    /// <summary>It listens, and has never offered MPTCP to anybody.</summary>
    internal static bool IsServer(this Case examined) => examined.Listeners().Any() && examined.Count("MPCapableSYNTX") == 0;

    internal static long Count(this Case examined, string counter) => examined.Host.Counters[counter] ?? 0;

    /// <summary>The table that the remedies of an interface use.</summary>
    internal static int TableOf(int interfaceIndex) => 5000 + interfaceIndex;

    internal static string Ip(AddressFamily family) => family == AddressFamily.InterNetworkV6 ? "ip -6" : "ip";

    internal static string Name(this MptcpInterface? network) => network?.Name ?? "an interface that is gone";

    const long MainTable = 254;
}
