using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Mptcp.Netlink.Endpoints;
using static System.FormattableString;

namespace Mptcp.Netlink.Doctor;

/// <summary>Facts about a host that several rules need.</summary>
static class Facts
{
    /// <summary>The addresses that can carry paths now, by the same measure as <c>AddMptcpEndpoints</c>.</summary>
    internal static IEnumerable<EndpointCandidate> Paths(this Case examined) =>
        EndpointCandidate.From(examined.Host, examined.Options.Endpoints).Where(candidate => candidate.IsReady);

    /// <summary>The endpoints that somebody has added.</summary>
    internal static IEnumerable<MptcpEndpoint> Endpoints(this Case examined) =>
        (examined.Host.Endpoints ?? []).Where(endpoint => !endpoint.Has(MptcpEndpointFlags.Implicit));

    internal static bool Has(this MptcpEndpoint endpoint, MptcpEndpointFlags flag) => (endpoint.Flags & flag) != 0;

    /// <summary>The interface that has the address: of several, the one that the endpoint names.</summary>
    internal static MptcpInterface? FindInterface(this Case examined, MptcpEndpoint endpoint) => examined.Host.Interfaces
        .Where(network => network.Addresses.Any(address => address.Address.Equals(endpoint.Address)))
        .OrderByDescending(network => network.Index == endpoint.InterfaceIndex)
        .FirstOrDefault();

    internal static MptcpInterfaceAddress? FindAddress(this Case examined, MptcpEndpoint endpoint) =>
        examined.FindInterface(endpoint)?.Addresses.First(address => address.Address.Equals(endpoint.Address));

    /// <summary>
    /// The number of the interface with the default route of the lowest metric; null without a default route. Connections begin on it.
    /// </summary>
    internal static int? FirstInterface(this Case examined, AddressFamily family) => examined.Host.DefaultRoutes
        .Where(route => route.Table == MainTable && route.Destination.BaseAddress.AddressFamily == family)
        .OrderBy(route => route.Metric)
        .FirstOrDefault()?.InterfaceIndex;

    internal static IEnumerable<MptcpHostConnection> Listeners(this Case examined) =>
        (examined.Host.Connections ?? []).Where(connection => connection.State == TcpState.Listen
            && !IPAddress.IsLoopback(connection.LocalEndPoint.Address));

    internal static IEnumerable<MptcpHostConnection> Established(this Case examined) =>
        (examined.Host.Connections ?? []).Where(connection => connection is { State: TcpState.Established, HasFallenBack: false });

    /// <summary>Returns whether this host is only a server: it listens, and has sent no SYN with MPTCP.</summary>
    internal static bool IsServer(this Case examined) => examined.Listeners().Any() && examined.Count("MPCapableSYNTX") == 0;

    /// <summary>What the kernel has counted since the snapshot before, or since it has the network namespace.</summary>
    internal static long Count(this Case examined, string counter) =>
        (examined.Host.Counters[counter] ?? 0) - (examined.Options.Before?.Counters[counter] ?? 0);

    /// <summary>The severity of a finding that rests on counters only. Without an earlier snapshot, its cause may be long gone.</summary>
    internal static MptcpFindingSeverity? SeverityOfCounters(this Case examined) =>
        examined.Options.Before is null ? MptcpFindingSeverity.Information : null;

    /// <summary>Describes since when the kernel has counted.</summary>
    internal static string Since(this Case examined) => examined.Options.Before is { } before
        ? Invariant($"Since {before.Time:yyyy-MM-dd HH:mm:ss}Z")
        : "Since this network namespace was made";

    internal static string Number(long count, string noun) => Invariant($"{count} {noun}{(count == 1 ? "" : "s")}");

    internal static string Ip(AddressFamily family) => family == AddressFamily.InterNetworkV6 ? "ip -6" : "ip";

    internal static string Name(this MptcpInterface? network) => network?.Name ?? "an interface that is gone";

    const long MainTable = 254;
}
