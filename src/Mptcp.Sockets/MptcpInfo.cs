using System.Runtime.InteropServices;

namespace Mptcp.Sockets;

/// <summary>
/// What the kernel tells about a Multipath TCP connection: <c>struct mptcp_info</c> of linux/mptcp.h, at one moment. What a kernel does not tell is null.
/// </summary>
/// <remarks>Of a socket that listens or was never connected, nearly all is 0.</remarks>
[StructLayout(LayoutKind.Auto)]
public readonly record struct MptcpInfo
{
    /// <summary>The connection's name on this host: what <c>ss -M</c> shows, and what the kernel's path manager and its events call it by.</summary>
    public uint Token { get; internal init; }

    /// <summary>Whether the connection has fallen back to TCP. The kernel hardly ever gets to say so: after a fallback, it refuses to tell anything.</summary>
    public bool HasFallenBack { get; internal init; }

    /// <summary>Whether the peer's key has arrived: it speaks Multipath TCP.</summary>
    public bool IsRemoteKeyReceived { get; internal init; }

    /// <summary>Whether data is checksummed (<c>net.mptcp.checksum_enabled</c> at either end).</summary>
    public bool IsChecksumEnabled { get; internal init; }

    /// <summary>How many subflows there are beside the first, whether or not the first is still there. A lost one counts until TCP gives it up.</summary>
    public int ExtraSubflows { get; internal init; }

    /// <summary>How many subflows there are, the first among them as long as it is there; null before Linux 6.8.</summary>
    public int? TotalSubflows { get; internal init; }

    /// <summary>How many addresses were announced to the peer.</summary>
    public int AddressesSignalled { get; internal init; }

    /// <summary>How many addresses that the peer has announced were accepted.</summary>
    public int AddressesAccepted { get; internal init; }

    /// <summary>How many of the host's addresses the path manager has used for further subflows.</summary>
    public int LocalAddressesUsed { get; internal init; }

    /// <summary>How many <see cref="ExtraSubflows"/> there may be; 0 where a path manager in user space decides.</summary>
    public int LimitExtraSubflows { get; internal init; }

    /// <summary>How many <see cref="AddressesAccepted"/> there may be; 0 where a path manager in user space decides.</summary>
    public int LimitAddressesAccepted { get; internal init; }

    /// <summary>
    /// How many endpoints of this host are announced to peers (<c>ip mptcp endpoint add … signal</c>); 0 where a path manager in user space decides.
    /// </summary>
    public int SignalEndpoints { get; internal init; }

    /// <summary>How many endpoints of this host subflows are opened from (<c>… subflow</c>); 0 where a path manager in user space decides.</summary>
    public int SubflowEndpoints { get; internal init; }

    /// <summary>How many endpoints of this host are <c>laminar</c>; null before Linux 6.18.</summary>
    public int? LaminarEndpoints { get; internal init; }

    /// <summary>How many endpoints of this host are <c>fullmesh</c>; null before Linux 6.18.</summary>
    public int? FullMeshEndpoints { get; internal init; }

    /// <summary>The data sequence number of the next byte that is written (RFC 8684, section 3.3). They begin anywhere.</summary>
    public ulong WriteSequence { get; internal init; }

    /// <summary>The data sequence number of the first byte that the peer has not acknowledged.</summary>
    public ulong SendUnacknowledged { get; internal init; }

    /// <summary>The data sequence number, of the peer's, of the next byte that is expected.</summary>
    public ulong ReceiveNext { get; internal init; }

    /// <summary>How often data was sent again on the level of the connection, mostly over another subflow; null before Linux 6.5.</summary>
    public long? Retransmits { get; internal init; }

    /// <summary>How many bytes that was; null before Linux 6.5.</summary>
    public long? BytesRetransmitted { get; internal init; }

    /// <summary>How many bytes of data were sent, without what was sent again; null before Linux 6.5.</summary>
    public long? BytesSent { get; internal init; }

    /// <summary>How many bytes of data have arrived in order; null before Linux 6.5.</summary>
    public long? BytesReceived { get; internal init; }

    /// <summary>How many bytes of data the peer has acknowledged; null before Linux 6.5.</summary>
    public long? BytesAcked { get; internal init; }

    /// <summary>How long ago data was last sent, in steps of a millisecond; since the connection began where none was; null before Linux 6.10.</summary>
    public TimeSpan? LastDataSent { get; internal init; }

    /// <summary>How long ago data has last arrived, likewise; null before Linux 6.10.</summary>
    public TimeSpan? LastDataReceived { get; internal init; }

    /// <summary>How long ago an acknowledgement of data has last arrived, likewise; null before Linux 6.10.</summary>
    public TimeSpan? LastAckReceived { get; internal init; }
}
