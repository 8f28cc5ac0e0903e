using System.Net;

namespace Mptcp.Netlink;

/// <summary>A connection is established (<c>MPTCP_EVENT_ESTABLISHED</c>): from now on, it can have further subflows.</summary>
/// <param name="Token">Which connection: <see cref="Sockets.MptcpInfo.Token"/> on this host.</param>
/// <param name="LocalEndPoint">Its end here.</param>
/// <param name="RemoteEndPoint">Its other end.</param>
public sealed record MptcpConnectionEstablished(uint Token, IPEndPoint LocalEndPoint, IPEndPoint RemoteEndPoint)
    : MptcpHandshakeEvent(Token, LocalEndPoint, RemoteEndPoint);
