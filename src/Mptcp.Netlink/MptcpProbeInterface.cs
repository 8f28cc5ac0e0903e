using System.Net;

namespace Mptcp.Netlink;

/// <summary>The result of a <see cref="MptcpProbe"/> over one network interface.</summary>
public sealed class MptcpProbeInterface
{
    /// <summary>Gets the name of the interface.</summary>
    public required string Name { get; init; }

    /// <summary>Gets the local address of the handshakes.</summary>
    public required IPAddress Address { get; init; }

    /// <summary>Gets the handshake with plain TCP.</summary>
    public required MptcpProbeAttempt Tcp { get; init; }

    /// <summary>Gets the handshake with MPTCP of a connection that begins on this interface.</summary>
    public required MptcpProbeAttempt Mptcp { get; init; }

    /// <summary>
    /// Gets the handshake of a further subflow (MP_JOIN). It is tried if the kernel has an endpoint with
    /// <see cref="MptcpEndpointFlags.Subflow"/> for <see cref="Address"/>, and the connection began on another interface.
    /// </summary>
    public required MptcpProbeAttempt Join { get; init; }
}
