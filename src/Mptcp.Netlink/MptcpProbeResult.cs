using System.Net;

namespace Mptcp.Netlink;

/// <summary>The result of an <see cref="MptcpProbe"/>.</summary>
public sealed class MptcpProbeResult
{
    /// <summary>Gets the address and port of the peer that was probed.</summary>
    public required IPEndPoint Peer { get; init; }

    /// <summary>Gets the handshake with plain TCP, over the interface that the routing table chooses.</summary>
    public required MptcpProbeAttempt Tcp { get; init; }

    /// <summary>Gets the handshake with MPTCP, over the interface that the routing table chooses.</summary>
    public required MptcpProbeAttempt Mptcp { get; init; }

    /// <summary>
    /// Gets the results for each interface that carries paths of the peer's address family, in the order of their indexes.
    /// </summary>
    public required IReadOnlyList<MptcpProbeInterface> Interfaces { get; init; }
}
