using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Mptcp.Sockets;
using Mptcp.Sockets.Info;

namespace Mptcp.Netlink;

/// <summary>An MPTCP socket of any process in this network namespace, at one moment, as <c>ss -Mie</c> shows it.</summary>
public sealed class MptcpConnection
{
    internal MptcpConnection()
    {
    }

    /// <summary>
    /// Gets the token, which the path manager and events use for the connection; 0 if <see cref="Info"/> is <see langword="null"/>.
    /// </summary>
    public uint Token => Info?.Token ?? 0;

    /// <summary>Gets the address family of the socket. It is IPv6 even for an IPv4 connection of a dual-mode socket.</summary>
    public AddressFamily AddressFamily { get; internal init; }

    /// <summary>Gets the local address and port, as a new object. An IPv4-mapped IPv6 address is returned as the IPv4 address.</summary>
    public IPEndPoint LocalEndPoint => Local.ToEndPoint();

    /// <summary>
    /// Gets the peer's address and port, as a new object; all zero if the socket listens. An IPv4-mapped IPv6 address is returned as the
    /// IPv4 address.
    /// </summary>
    public IPEndPoint RemoteEndPoint => Remote.ToEndPoint();

    /// <summary>Gets the state of the connection. Its subflows have states of their own.</summary>
    public TcpState State { get; internal init; }

    /// <summary>Gets the inode of the socket, as in <c>/proc/PID/fd</c>; 0 if no process has the socket any more, or not yet.</summary>
    public long Inode { get; internal init; }

    /// <summary>Gets the id of the user who created the socket, in the user namespace of this process.</summary>
    public long UserId { get; internal init; }

    /// <summary>Gets the index of the network interface to which the socket is bound; 0 if it is not bound to one.</summary>
    public int InterfaceIndex { get; internal init; }

    /// <summary>
    /// Gets the number of bytes that wait to be received. If the socket listens, gets the number of connections that wait to be accepted.
    /// </summary>
    public long ReceiveQueue { get; internal init; }

    /// <summary>
    /// Gets the number of bytes that wait to be acknowledged. If the socket listens, gets the number of connections that may wait to be
    /// accepted.
    /// </summary>
    public long SendQueue { get; internal init; }

    /// <summary>
    /// Gets the mark of the socket (<c>SO_MARK</c>); 0 if no mark is set; <see langword="null"/> without <c>CAP_NET_ADMIN</c>.
    /// </summary>
    public long? Mark { get; internal init; }

    /// <summary>Gets what the kernel reports about the connection; <see langword="null"/> if the socket listens.</summary>
    public MptcpInfo? Info { get; internal init; }

    /// <summary>
    /// Gets the subflows; <see langword="null"/> if they were not requested, or if the kernel does not report them, as older kernels do
    /// without <c>CAP_NET_ADMIN</c>. They are listed after the connection, so a subflow may have come or gone in between.
    /// </summary>
    public IReadOnlyList<MptcpConnectionSubflow>? Subflows { get; internal set; }

    internal SubflowAddress Local { get; init; }

    internal SubflowAddress Remote { get; init; }
}
