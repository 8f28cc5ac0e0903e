using System.Net;
using System.Net.NetworkInformation;
using System.Runtime.InteropServices;
using Mptcp.Sockets.Info;

namespace Mptcp.Sockets;

/// <summary>
/// A subflow of an MPTCP connection at one moment: one of the TCP connections that carry it (<c>struct mptcp_subflow_info</c> and
/// <c>struct tcp_info</c>).
/// </summary>
/// <remarks>
/// A value that the kernel does not report is <see langword="null"/>. The kernel does not report through a socket whether a subflow is a
/// backup, nor the ids of its addresses. <c>ss -ti</c> shows these, and so does <c>MptcpConnections</c> of the package Mptcp.Netlink.
/// </remarks>
[StructLayout(LayoutKind.Auto)]
public readonly record struct MptcpSubflow
{
    /// <summary>
    /// Gets the number of this subflow in its connection, starting with 1. Numbers are not reused. <see langword="null"/> before Linux
    /// 6.5. This is not the id of an address.
    /// </summary>
    public long? Id { get; internal init; }

    /// <summary>Gets the local address and port, as a new object. An IPv4-mapped IPv6 address is returned as the IPv4 address.</summary>
    public IPEndPoint LocalEndPoint => Local.ToEndPoint();

    /// <summary>Gets the peer's address and port, as a new object. An IPv4-mapped IPv6 address is returned as the IPv4 address.</summary>
    public IPEndPoint RemoteEndPoint => Remote.ToEndPoint();

    /// <summary>Gets the state of the TCP connection; <see cref="TcpState.Unknown"/> if the kernel does not report it.</summary>
    public TcpState State { get; internal init; }

    /// <summary>Gets the smoothed round-trip time (SRTT of RFC 6298), with a resolution of 1 µs.</summary>
    public TimeSpan? SmoothedRtt { get; internal init; }

    /// <summary>Gets the variation of the round-trip time (RTTVAR of RFC 6298), with a resolution of 1 µs.</summary>
    public TimeSpan? RttVariance { get; internal init; }

    /// <summary>Gets the shortest recent round-trip time; <see langword="null"/> until one was measured.</summary>
    public TimeSpan? MinimumRtt { get; internal init; }

    /// <summary>Gets the congestion window, in segments of <see cref="MaximumSegmentSize"/>.</summary>
    public long? CongestionWindow { get; internal init; }

    /// <summary>Gets the size of sent segments, in bytes.</summary>
    public long? MaximumSegmentSize { get; internal init; }

    /// <summary>Gets the total number of retransmitted segments.</summary>
    public long? Retransmits { get; internal init; }

    /// <summary>Gets the number of segments in flight that are considered lost at this moment. This is not a total.</summary>
    public long? Lost { get; internal init; }

    /// <summary>Gets the most recent delivery rate, in bytes per second; 0 until data was delivered.</summary>
    public long? DeliveryRate { get; internal init; }

    /// <summary>Gets the highest rate at which data is sent, in bytes per second; <see langword="null"/> if there is no limit.</summary>
    public long? PacingRate { get; internal init; }

    /// <summary>Gets the number of bytes that were sent, including retransmissions.</summary>
    public long? BytesSent { get; internal init; }

    /// <summary>
    /// Gets the number of bytes that the peer acknowledged. At the end that connected, the kernel counts the SYN as one byte.
    /// </summary>
    public long? BytesAcked { get; internal init; }

    /// <summary>Gets the number of bytes that were received.</summary>
    public long? BytesReceived { get; internal init; }

    /// <summary>Gets the number of bytes that were retransmitted.</summary>
    public long? BytesRetransmitted { get; internal init; }

    /// <summary>
    /// Gets the time since data was last sent, with a resolution of 1 ms. If none was sent, the time is that since the subflow was
    /// established.
    /// </summary>
    public TimeSpan? LastDataSent { get; internal init; }

    /// <summary>
    /// Gets the time since data was last received, with a resolution of 1 ms. If none was received, the time is that since the subflow was
    /// established.
    /// </summary>
    public TimeSpan? LastDataReceived { get; internal init; }

    internal SubflowAddress Local { get; init; }

    internal SubflowAddress Remote { get; init; }
}
