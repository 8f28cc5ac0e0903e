using System.Net;
using System.Net.NetworkInformation;
using System.Runtime.InteropServices;
using Mptcp.Sockets.Info;

namespace Mptcp.Sockets;

/// <summary>
/// One of the TCP connections that a Multipath TCP connection consists of, at one moment: from the kernel's <c>struct mptcp_subflow_info</c> and <c>struct
/// tcp_info</c>. What the kernel does not tell is null.
/// </summary>
/// <remarks>
/// Whether a subflow is a backup, and the ids of its addresses, a socket cannot be asked: <c>ip mptcp endpoint</c> shows what the host is set to, and <c>ss -ti</c>
/// (inet_diag) each subflow's flags, as does <c>MptcpConnections</c> of the package Mptcp.Netlink.
/// </remarks>
[StructLayout(LayoutKind.Auto)]
public readonly record struct MptcpSubflow
{
    /// <summary>
    /// Which subflow of its connection this is, counted from 1, the first; no number is used twice. Null before Linux 6.5. It is not the id of an
    /// address.
    /// </summary>
    public long? Id { get; internal init; }

    /// <summary>This host's address and port. An IPv4 address is one also where the socket is IPv6. A new object each time.</summary>
    public IPEndPoint LocalEndPoint => Local.ToEndPoint();

    /// <summary>The peer's address and port, likewise.</summary>
    public IPEndPoint RemoteEndPoint => Remote.ToEndPoint();

    /// <summary>The state of this TCP connection; <see cref="TcpState.Unknown"/> where the kernel does not tell.</summary>
    public TcpState State { get; internal init; }

    /// <summary>The smoothed round-trip time, in steps of a microsecond (RFC 6298, SRTT).</summary>
    public TimeSpan? SmoothedRtt { get; internal init; }

    /// <summary>How much the round-trip time varies (RFC 6298, RTTVAR).</summary>
    public TimeSpan? RttVariance { get; internal init; }

    /// <summary>The shortest round-trip time of late; null also until one was measured.</summary>
    public TimeSpan? MinimumRtt { get; internal init; }

    /// <summary>The congestion window, in segments of <see cref="MaximumSegmentSize"/>.</summary>
    public long? CongestionWindow { get; internal init; }

    /// <summary>The size of segments that are sent, in bytes.</summary>
    public long? MaximumSegmentSize { get; internal init; }

    /// <summary>How many segments were sent again, in all.</summary>
    public long? Retransmits { get; internal init; }

    /// <summary>How many segments that are on the way are taken for lost now; not a total.</summary>
    public long? Lost { get; internal init; }

    /// <summary>At what rate data was last delivered, in bytes per second; 0 until something was.</summary>
    public long? DeliveryRate { get; internal init; }

    /// <summary>At what rate data is sent at most, in bytes per second; null also where there is no limit.</summary>
    public long? PacingRate { get; internal init; }

    /// <summary>How many bytes of data were sent, with what was sent again.</summary>
    public long? BytesSent { get; internal init; }

    /// <summary>How many bytes the peer has acknowledged. On the end that has connected, the kernel counts the SYN as one.</summary>
    public long? BytesAcked { get; internal init; }

    /// <summary>How many bytes of data have arrived.</summary>
    public long? BytesReceived { get; internal init; }

    /// <summary>How many bytes were sent again.</summary>
    public long? BytesRetransmitted { get; internal init; }

    /// <summary>How long ago data was last sent, in steps of a millisecond; since the subflow was established where none was.</summary>
    public TimeSpan? LastDataSent { get; internal init; }

    /// <summary>How long ago data has last arrived, likewise.</summary>
    public TimeSpan? LastDataReceived { get; internal init; }

    internal SubflowAddress Local { get; init; }

    internal SubflowAddress Remote { get; init; }
}
