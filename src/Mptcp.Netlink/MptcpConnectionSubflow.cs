using System.Net;
using System.Runtime.InteropServices;
using Mptcp.Sockets;

namespace Mptcp.Netlink;

/// <summary>A subflow of a <see cref="MptcpConnection"/>, at one moment: what the kernel's inet_diag tells of it, as <c>ss -tie</c> shows.</summary>
[StructLayout(LayoutKind.Auto)]
public readonly record struct MptcpConnectionSubflow
{
    /// <summary>Its end here.</summary>
    public IPEndPoint LocalEndPoint => Tcp.LocalEndPoint;

    /// <summary>Its other end.</summary>
    public IPEndPoint RemoteEndPoint => Tcp.RemoteEndPoint;

    /// <summary>The id of the address here; 0 for the one that the connection began with.</summary>
    public byte LocalAddressId { get; internal init; }

    /// <summary>Gets the id of the peer's address; 0 for the one that the connection began with.</summary>
    public byte RemoteAddressId { get; internal init; }

    /// <summary>What it is.</summary>
    public MptcpSubflowFlags Flags { get; internal init; }

    /// <summary>Whether either end wants it to be used only when no other is left.</summary>
    public bool IsBackup => (Flags & (MptcpSubflowFlags.LocalBackup | MptcpSubflowFlags.RemoteBackup)) != 0;

    /// <summary>The peer's token of the connection.</summary>
    public uint RemoteToken { get; internal init; }

    /// <summary>The number of the network interface that it is bound to; 0 for none.</summary>
    public int InterfaceIndex { get; internal init; }

    /// <summary>What TCP says of it: state, round-trip time, window, rates, bytes. The <see cref="MptcpSubflow.Id"/> is unknown.</summary>
    public MptcpSubflow Tcp { get; internal init; }

    /// <summary>Where on the subflow the data begins that is sent next, from its start; null without <c>CAP_NET_ADMIN</c>.</summary>
    public long? RelativeWriteSequence { get; internal init; }

    /// <summary>Gets the data sequence number of the data that arrived last; null without <c>CAP_NET_ADMIN</c>.</summary>
    public ulong? MapSequence { get; internal init; }

    /// <summary>Gets where on the subflow the data that arrived last begins; null without <c>CAP_NET_ADMIN</c>.</summary>
    public long? MapSubflowSequence { get; internal init; }

    /// <summary>Gets the subflow's initial sequence number, as the kernel counts it; null without <c>CAP_NET_ADMIN</c>.</summary>
    public long? SubflowSequenceOffset { get; internal init; }

    /// <summary>Gets the length in bytes of the data that arrived last; null without <c>CAP_NET_ADMIN</c>.</summary>
    public int? MapDataLength { get; internal init; }
}
