using System.Net;
using System.Net.NetworkInformation;

namespace Mptcp.Netlink.Doctor;

/// <summary>All that is known about the paths of one connection.</summary>
/// <param name="Host">The host.</param>
/// <param name="Connection">The connection.</param>
/// <param name="Events">The events of the connection, the oldest first.</param>
sealed record PathCase(Case Host, MptcpHostConnection Connection, IReadOnlyList<MptcpConnectionEvent> Events)
{
    internal IPAddress Peer => Connection.RemoteEndPoint.Address;

    internal int Paths => Connection.Subflows?.Count(subflow => subflow.State == TcpState.Established) ?? 1 + (Connection.ExtraSubflows ?? 0);

    /// <summary>The path that was closed last.</summary>
    internal MptcpSubflowClosed? LastClosed => Events.OfType<MptcpSubflowClosed>().LastOrDefault();

    /// <summary>The endpoints from which this host would open a path, beside the address that the connection began with.</summary>
    internal IEnumerable<MptcpEndpoint> Endpoints =>
        Host.Endpoints().Where(endpoint => endpoint.Has(MptcpEndpointFlags.Subflow) && IsOther(endpoint.Address));

    internal string EndpointAddresses => string.Join(", ", Endpoints.Select(endpoint => endpoint.Address));

    /// <summary>The addresses of this host that could be such endpoints.</summary>
    internal IEnumerable<MptcpEndpoint> Possible => Host.Paths().Select(path => path.Endpoint).Where(endpoint => IsOther(endpoint.Address));

    /// <summary>Whether the peer has announced an address, by the events of this connection or by the counters of all.</summary>
    internal bool HasAnnouncement =>
        Connection.AddressesAccepted > 0 || Events.Any(what => what is MptcpAddressAnnounced) || Host.Count("AddAddr") > 0;

    bool IsOther(IPAddress address) => address.AddressFamily == Peer.AddressFamily && !address.Equals(Connection.LocalEndPoint.Address);
}
