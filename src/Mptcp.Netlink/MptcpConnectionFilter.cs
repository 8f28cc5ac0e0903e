using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace Mptcp.Netlink;

/// <summary>Which connections to list. The kernel sees to it: what is not wanted costs next to nothing.</summary>
public sealed class MptcpConnectionFilter
{
    /// <summary>
    /// The family of the sockets, which is IPv6 also for the IPv4 connections of a dual-mode socket. Default null: both.
    /// </summary>
    public AddressFamily? AddressFamily { get; init; }

    /// <summary>The port here. Default 0: any.</summary>
    public int LocalPort { get; init; }

    /// <summary>The peer's port. Default 0: any.</summary>
    public int RemotePort { get; init; }

    /// <summary>States; sockets that listen are listed where <see cref="TcpState.Listen"/> is among them. Default null: all but that.</summary>
    public IReadOnlyCollection<TcpState>? States { get; init; }

    /// <summary>
    /// Whether to tell about <see cref="MptcpConnection.Subflows"/>, too. The kernel cannot pick them out, and gives all TCP connections of the network namespace
    /// to look through, whatever else is asked for. Default false.
    /// </summary>
    public bool IncludeSubflows { get; init; }
}
