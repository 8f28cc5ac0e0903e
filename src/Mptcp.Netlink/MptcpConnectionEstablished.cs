using System.Net;

namespace Mptcp.Netlink;

/// <summary>A connection is established (<c>MPTCP_EVENT_ESTABLISHED</c>): from now on, it can have further subflows.</summary>
/// <param name="Token">Which connection: <see cref="Sockets.MptcpInfo.Token"/> on this host.</param>
/// <param name="LocalEndPoint">Its end here.</param>
/// <param name="RemoteEndPoint">Its other end.</param>
public sealed record MptcpConnectionEstablished(uint Token, IPEndPoint LocalEndPoint, IPEndPoint RemoteEndPoint) : MptcpConnectionEvent(Token)
{
    /// <summary>Whether this host has accepted it. A connection within a host has two ends, each with a token and events of its own.</summary>
    public bool IsServerSide { get; init; }

    /// <summary>Whether the peer wants no further subflows to the address that the connection began with, as behind some load balancers.</summary>
    public bool IsInitialAddressDenied { get; init; }
}
