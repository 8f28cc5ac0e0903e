using System.Net;
using System.Net.NetworkInformation;
using Mptcp.Netlink.Endpoints;

namespace Mptcp.Netlink.Doctor;

/// <summary>Everything that is known about the paths of one connection.</summary>
/// <param name="Host">The host.</param>
/// <param name="Connection">The connection.</param>
/// <param name="Events">The events of the connection, the oldest first.</param>
sealed record PathCase(Case Host, MptcpHostConnection Connection, IReadOnlyList<MptcpConnectionEvent> Events)
{
    static readonly MptcpEndpointsOptions s_allInterfaces = new() { AlsoWithoutDefaultRoute = true };

    internal IPAddress Peer => Connection.RemoteEndPoint.Address;

    internal int Paths => Connection.Subflows?.Count(subflow => subflow.State == TcpState.Established)
        ?? Connection.TotalSubflows
        ?? 1 + (Connection.ExtraSubflows ?? 0);

    /// <summary>Whether this host accepted the connection; null if that is unknown.</summary>
    internal bool? IsAccepted { get; } = OpeningSide.IsAccepted(Host.Host, Connection, Events);

    /// <summary>The path that was closed last.</summary>
    internal MptcpSubflowClosed? LastClosed => Events.OfType<MptcpSubflowClosed>().LastOrDefault();

    /// <summary>The endpoints from which this host would open a path, besides the address with which the connection began.</summary>
    internal IEnumerable<MptcpEndpoint> Endpoints =>
        Host.Endpoints().Where(endpoint => endpoint.Has(MptcpEndpointFlags.Subflow) && IsOther(endpoint.Address));

    internal string EndpointAddresses => string.Join(", ", Endpoints.Select(endpoint => endpoint.Address));

    /// <summary>The addresses of this host that could be such endpoints. A peer on the same network needs no default route.</summary>
    internal IEnumerable<MptcpEndpoint> Possible => EndpointCandidate.From(Host.Host, s_allInterfaces)
        .Where(candidate => candidate.IsReady)
        .Select(candidate => candidate.Endpoint)
        .Where(endpoint => IsOther(endpoint.Address) && !IPAddress.IsLoopback(Peer))
        .Where(endpoint => Host.FindAddress(endpoint) is { } address && LeadsToPeer(address));

    /// <summary>Whether the kernel has tried a further path; null if it does not report that.</summary>
    internal bool? IsTried => Connection.AddressesAccepted > 0 ? true : Connection.LocalAddressesUsed is { } used ? used > 0 : null;

    /// <summary>
    /// Whether the peer has announced an address; null if that is unknown, because the kernel counts ignored announcements of all
    /// connections together.
    /// </summary>
    internal bool? HasAnnouncement =>
        Connection.AddressesAccepted > 0 || Events.Any(what => what is MptcpAddressAnnounced) ? true
        : Host.Host.Counters["AddAddr"] is 0 || Connection is { LimitAddressesAccepted: > 0, AddressesAccepted: 0 } ? false
        : null;

    /// <summary>Whether packets from an address reach the peer. A snapshot has default routes only.</summary>
    internal bool LeadsToPeer(MptcpInterfaceAddress address) => address.DefaultRoute is not null || address.Network.Contains(Peer);

    bool IsOther(IPAddress address) => address.AddressFamily == Peer.AddressFamily && !address.Equals(Connection.LocalEndPoint.Address);
}
