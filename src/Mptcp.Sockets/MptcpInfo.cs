using System.Runtime.InteropServices;

namespace Mptcp.Sockets;

/// <summary>
/// What the kernel reports about an MPTCP connection at one moment: <c>struct mptcp_info</c> of linux/mptcp.h.
/// </summary>
/// <remarks>
/// A value that the kernel does not report is <see langword="null"/>. On a socket that listens or was never connected, nearly all values
/// are 0.
/// </remarks>
[StructLayout(LayoutKind.Auto)]
public readonly record struct MptcpInfo
{
    /// <summary>
    /// Gets the identifier of the connection on this host. <c>ss -M</c>, the kernel's path manager and its events use the same one.
    /// </summary>
    public uint Token { get; internal init; }

    /// <summary>
    /// Gets whether the connection fell back to TCP. Rarely <see langword="true"/>: after a fallback, the kernel refuses to report on the
    /// connection.
    /// </summary>
    public bool HasFallenBack { get; internal init; }

    /// <summary>Gets whether the peer's key was received, which proves that the peer supports MPTCP.</summary>
    public bool IsRemoteKeyReceived { get; internal init; }

    /// <summary>Gets whether data carries a checksum (<c>net.mptcp.checksum_enabled</c> at either end).</summary>
    public bool IsChecksumEnabled { get; internal init; }

    /// <summary>
    /// Gets the number of subflows besides the first, whether or not the first still exists. A lost subflow counts until TCP gives it up.
    /// </summary>
    public int ExtraSubflows { get; internal init; }

    /// <summary>Gets the number of subflows, including the first if it still exists; <see langword="null"/> before Linux 6.8.</summary>
    public int? TotalSubflows { get; internal init; }

    /// <summary>Gets the number of addresses that this host announced to the peer.</summary>
    public int AddressesSignalled { get; internal init; }

    /// <summary>Gets the number of addresses that the peer announced and this host accepted.</summary>
    public int AddressesAccepted { get; internal init; }

    /// <summary>Gets the number of local addresses that the path manager used for further subflows.</summary>
    public int LocalAddressesUsed { get; internal init; }

    /// <summary>Gets the limit of <see cref="ExtraSubflows"/>; 0 if a userspace path manager decides.</summary>
    public int LimitExtraSubflows { get; internal init; }

    /// <summary>Gets the limit of <see cref="AddressesAccepted"/>; 0 if a userspace path manager decides.</summary>
    public int LimitAddressesAccepted { get; internal init; }

    /// <summary>
    /// Gets the number of endpoints that this host announces to peers (flag <c>signal</c>); 0 if a userspace path manager decides.
    /// </summary>
    public int SignalEndpoints { get; internal init; }

    /// <summary>
    /// Gets the number of endpoints from which this host opens subflows (flag <c>subflow</c>); 0 if a userspace path manager decides.
    /// </summary>
    public int SubflowEndpoints { get; internal init; }

    /// <summary>Gets the number of endpoints with the flag <c>laminar</c>; <see langword="null"/> before Linux 6.18.</summary>
    public int? LaminarEndpoints { get; internal init; }

    /// <summary>Gets the number of endpoints with the flag <c>fullmesh</c>; <see langword="null"/> before Linux 6.18.</summary>
    public int? FullMeshEndpoints { get; internal init; }

    /// <summary>
    /// Gets the data sequence number of the next byte to be written (RFC 8684, section 3.3). The first number of a connection is random.
    /// </summary>
    public ulong WriteSequence { get; internal init; }

    /// <summary>Gets the data sequence number of the first byte that the peer has not acknowledged.</summary>
    public ulong SendUnacknowledged { get; internal init; }

    /// <summary>Gets the peer's data sequence number of the next byte that is expected.</summary>
    public ulong ReceiveNext { get; internal init; }

    /// <summary>
    /// Gets the number of retransmissions at the level of the connection, mostly over another subflow; <see langword="null"/> before Linux
    /// 6.5.
    /// </summary>
    public long? Retransmits { get; internal init; }

    /// <summary>
    /// Gets the number of bytes that were retransmitted at the level of the connection; <see langword="null"/> before Linux 6.5.
    /// </summary>
    public long? BytesRetransmitted { get; internal init; }

    /// <summary>Gets the number of bytes that were sent, without retransmissions; <see langword="null"/> before Linux 6.5.</summary>
    public long? BytesSent { get; internal init; }

    /// <summary>Gets the number of bytes that were received in order; <see langword="null"/> before Linux 6.5.</summary>
    public long? BytesReceived { get; internal init; }

    /// <summary>Gets the number of bytes that the peer acknowledged; <see langword="null"/> before Linux 6.5.</summary>
    public long? BytesAcked { get; internal init; }

    /// <summary>
    /// Gets the time since data was last sent, with a resolution of 1 ms. If none was sent, the time is that since the connection
    /// started. <see langword="null"/> before Linux 6.10.
    /// </summary>
    public TimeSpan? LastDataSent { get; internal init; }

    /// <summary>
    /// Gets the time since data was last received, with a resolution of 1 ms. If none was received, the time is that since the connection
    /// started. <see langword="null"/> before Linux 6.10.
    /// </summary>
    public TimeSpan? LastDataReceived { get; internal init; }

    /// <summary>
    /// Gets the time since an acknowledgement of data was last received, with a resolution of 1 ms. If there was none, the time is that
    /// since the connection started. <see langword="null"/> before Linux 6.10.
    /// </summary>
    public TimeSpan? LastAckReceived { get; internal init; }
}
