using System.Net.NetworkInformation;
using System.Net.Sockets;

namespace Mptcp.Netlink;

/// <summary>Selects the connections to list. The kernel applies the filter, so other connections cost next to nothing.</summary>
public sealed class MptcpConnectionFilter
{
    /// <summary>
    /// Gets the address family of the sockets. It is IPv6 even for IPv4 connections of a dual-mode socket. The default is
    /// <see langword="null"/>: both families.
    /// </summary>
    public AddressFamily? AddressFamily { get; init; }

    /// <summary>Gets the local port. The default is 0: any port.</summary>
    public int LocalPort { get; init; }

    /// <summary>Gets the peer's port. The default is 0: any port.</summary>
    public int RemotePort { get; init; }

    /// <summary>
    /// Gets the states. Listening sockets are listed if <see cref="TcpState.Listen"/> is included. The default is <see langword="null"/>:
    /// all states except that one.
    /// </summary>
    public IReadOnlyCollection<TcpState>? States { get; init; }

    /// <summary>
    /// Gets whether <see cref="MptcpConnection.Subflows"/> are listed, too. The default is <see langword="false"/>. The kernel cannot
    /// select subflows, so it lists all TCP connections of the network namespace, whatever the rest of the filter says.
    /// </summary>
    public bool IncludeSubflows { get; init; }
}
