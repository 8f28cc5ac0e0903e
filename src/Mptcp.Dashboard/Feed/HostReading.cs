using Mptcp.Netlink;
using Mptcp.Sockets.Relays;

namespace Mptcp.Dashboard.Feed;

/// <summary>What the kernel reports at one moment.</summary>
/// <param name="Connections">The MPTCP connections; listening sockets are not among them.</param>
/// <param name="TcpConnections">The number of established TCP connections that are not part of an MPTCP connection; null if the kernel does not count them.</param>
/// <param name="Host">The host, which may be a few seconds old.</param>
/// <param name="Findings">The findings of the doctor about <paramref name="Host"/>.</param>
sealed record HostReading(IReadOnlyList<ConnectionReading> Connections, int? TcpConnections, MptcpHostSnapshot Host, IReadOnlyList<MptcpFinding> Findings)
{
    /// <summary>The connections that the gateway of this process relays.</summary>
    internal IReadOnlyList<RelayedConnection> Relays { get; init; } = [];
}
