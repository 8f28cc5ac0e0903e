using System.Net;
using System.Runtime.InteropServices;
using Mptcp.Sockets;

namespace Mptcp.Netlink;

/// <summary>
/// A subflow of an <see cref="MptcpConnection"/> at one moment, as the kernel's inet_diag reports it and <c>ss -tie</c> shows it.
/// </summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct MptcpConnectionSubflow
{
    /// <summary>Gets the local address and port.</summary>
    public IPEndPoint LocalEndPoint => Tcp.LocalEndPoint;

    /// <summary>Gets the peer's address and port.</summary>
    public IPEndPoint RemoteEndPoint => Tcp.RemoteEndPoint;

    /// <summary>Gets the id of the local address; 0 for the address with which the connection began.</summary>
    public byte LocalAddressId { get; internal init; }

    /// <summary>Gets the id of the peer's address; 0 for the address with which the connection began.</summary>
    public byte RemoteAddressId { get; internal init; }

    /// <summary>Gets the flags of the subflow.</summary>
    public MptcpSubflowFlags Flags { get; internal init; }

    /// <summary>Gets whether either end marked the subflow as a backup, which carries data only if no other subflow works.</summary>
    public bool IsBackup => (Flags & (MptcpSubflowFlags.LocalBackup | MptcpSubflowFlags.RemoteBackup)) != 0;

    /// <summary>Gets the peer's token of the connection.</summary>
    public uint RemoteToken { get; internal init; }

    /// <summary>Gets the index of the network interface to which the subflow is bound; 0 if it is not bound to one.</summary>
    public int InterfaceIndex { get; internal init; }

    /// <summary>
    /// Gets the TCP values of the subflow: state, round-trip time, window, rates, bytes. Its <see cref="MptcpSubflow.Id"/> is unknown.
    /// </summary>
    public MptcpSubflow Tcp { get; internal init; }

    /// <summary>
    /// Gets the position of the data that is sent next, relative to the start of the subflow; <see langword="null"/> without
    /// <c>CAP_NET_ADMIN</c>.
    /// </summary>
    public long? RelativeWriteSequence { get; internal init; }

    /// <summary>Gets the data sequence number of the data that arrived last; <see langword="null"/> without <c>CAP_NET_ADMIN</c>.</summary>
    public ulong? MapSequence { get; internal init; }

    /// <summary>
    /// Gets the position on the subflow of the data that arrived last; <see langword="null"/> without <c>CAP_NET_ADMIN</c>.
    /// </summary>
    public long? MapSubflowSequence { get; internal init; }

    /// <summary>
    /// Gets the initial sequence number of the subflow, as the kernel counts it; <see langword="null"/> without <c>CAP_NET_ADMIN</c>.
    /// </summary>
    public long? SubflowSequenceOffset { get; internal init; }

    /// <summary>Gets the length in bytes of the data that arrived last; <see langword="null"/> without <c>CAP_NET_ADMIN</c>.</summary>
    public int? MapDataLength { get; internal init; }
}
