using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Mptcp.Sockets;
using Mptcp.Sockets.Info;

namespace Mptcp.Netlink;

/// <summary>An MPTCP socket of this network namespace, whatever process it is of, at one moment: what <c>ss -Mie</c> shows.</summary>
public sealed class MptcpConnection
{
    internal MptcpConnection()
    {
    }

    /// <summary>By which the path manager and events know the connection: that of <see cref="Info"/>; 0 where there is none.</summary>
    public uint Token => Info?.Token ?? 0;

    /// <summary>The family of the socket: IPv6 also for the IPv4 connections of a dual-mode socket.</summary>
    public AddressFamily AddressFamily { get; internal init; }

    /// <summary>This host's address and port. An IPv4 address is one also where the socket is IPv6. A new object each time.</summary>
    public IPEndPoint LocalEndPoint => Local.ToEndPoint();

    /// <summary>Gets the peer's address and port; all zero on a socket that listens. An IPv4-mapped address is given as IPv4. A new object each time.</summary>
    public IPEndPoint RemoteEndPoint => Remote.ToEndPoint();

    /// <summary>The state of the connection, which is not that of its subflows.</summary>
    public TcpState State { get; internal init; }

    /// <summary>The number by which <c>/proc/PID/fd</c> knows the socket; 0 where no process has it any more, or not yet.</summary>
    public long Inode { get; internal init; }

    /// <summary>The user whose process has made the socket, as this process' user namespace knows him.</summary>
    public long UserId { get; internal init; }

    /// <summary>The number of the network interface that the socket is bound to; 0 for none.</summary>
    public int InterfaceIndex { get; internal init; }

    /// <summary>How many bytes wait to be received; of a socket that listens, how many connections wait to be accepted.</summary>
    public long ReceiveQueue { get; internal init; }

    /// <summary>How many bytes wait to be acknowledged; of a socket that listens, how many connections may wait.</summary>
    public long SendQueue { get; internal init; }

    /// <summary>The socket's mark (<c>SO_MARK</c>), 0 if it has none; null without <c>CAP_NET_ADMIN</c>.</summary>
    public long? Mark { get; internal init; }

    /// <summary>What the kernel tells about the connection; null for a socket that listens.</summary>
    public MptcpInfo? Info { get; internal init; }

    /// <summary>
    /// Its subflows; null where they were not asked for, or the kernel does not say which they are, as older ones do without <c>CAP_NET_ADMIN</c>. They are looked
    /// up after the connection, and one may have come or gone in between.
    /// </summary>
    public IReadOnlyList<MptcpConnectionSubflow>? Subflows { get; internal set; }

    internal SubflowAddress Local { get; init; }

    internal SubflowAddress Remote { get; init; }
}
