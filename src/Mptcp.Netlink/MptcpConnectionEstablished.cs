using System.Net;

namespace Mptcp.Netlink;

/// <summary>
/// The event of a connection that was established (<c>MPTCP_EVENT_ESTABLISHED</c>). From now on, it can have further subflows.
/// </summary>
/// <param name="Token">The token of the connection on this host. See <see cref="Sockets.MptcpInfo.Token"/>.</param>
/// <param name="LocalEndPoint">The local address and port of the connection.</param>
/// <param name="RemoteEndPoint">The peer's address and port of the connection.</param>
public sealed record MptcpConnectionEstablished(uint Token, IPEndPoint LocalEndPoint, IPEndPoint RemoteEndPoint)
    : MptcpHandshakeEvent(Token, LocalEndPoint, RemoteEndPoint);
