using System.Net;

namespace Mptcp.Netlink;

/// <summary>The base class of the events of a handshake.</summary>
public abstract record MptcpHandshakeEvent : MptcpConnectionEvent
{
    private protected MptcpHandshakeEvent(uint token, IPEndPoint localEndPoint, IPEndPoint remoteEndPoint)
        : base(token) => (LocalEndPoint, RemoteEndPoint) = (localEndPoint, remoteEndPoint);

    /// <summary>Gets the local address and port of the connection.</summary>
    public IPEndPoint LocalEndPoint { get; init; }

    /// <summary>Gets the peer's address and port of the connection.</summary>
    public IPEndPoint RemoteEndPoint { get; init; }

    /// <summary>
    /// Gets whether this host accepted the connection. A connection within a host has two ends, each with a token and events of its own.
    /// </summary>
    public bool IsServerSide { get; init; }

    /// <summary>
    /// Gets whether the peer forbids further subflows to the initial remote address, as servers behind some load balancers do. Kernels
    /// before Linux 6.18 may not report it; then it is <see langword="false"/>.
    /// </summary>
    public bool IsInitialAddressDenied { get; init; }
}
