using System.Net;

namespace Mptcp.Netlink;

/// <summary>A connection comes to be: the first messages of its handshake, or the last.</summary>
public abstract record MptcpHandshakeEvent : MptcpConnectionEvent
{
    private protected MptcpHandshakeEvent(uint token, IPEndPoint localEndPoint, IPEndPoint remoteEndPoint)
        : base(token) => (LocalEndPoint, RemoteEndPoint) = (localEndPoint, remoteEndPoint);

    /// <summary>The connection's end here.</summary>
    public IPEndPoint LocalEndPoint { get; init; }

    /// <summary>Its other end.</summary>
    public IPEndPoint RemoteEndPoint { get; init; }

    /// <summary>Whether this host has accepted it. A connection within a host has two ends, each with a token and events of its own.</summary>
    public bool IsServerSide { get; init; }

    /// <summary>
    /// Whether the peer wants no further subflows to the address that the connection began with, as behind some load balancers. Kernels before Linux 6.18 may not tell; then it is
    /// false.
    /// </summary>
    public bool IsInitialAddressDenied { get; init; }
}
