using System.Net;

namespace Mptcp.Netlink;

/// <summary>
/// The event of a further subflow that was established (<c>MPTCP_EVENT_SUB_ESTABLISHED</c>). The first subflow has no such event.
/// </summary>
/// <param name="Token">The token of the connection on this host. See <see cref="Sockets.MptcpInfo.Token"/>.</param>
/// <param name="LocalEndPoint">The local address and port of the subflow.</param>
/// <param name="RemoteEndPoint">The peer's address and port of the subflow.</param>
public sealed record MptcpSubflowEstablished(uint Token, IPEndPoint LocalEndPoint, IPEndPoint RemoteEndPoint)
    : MptcpSubflowEvent(Token, LocalEndPoint, RemoteEndPoint);
