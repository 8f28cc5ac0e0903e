using System.Net;

namespace Mptcp.Netlink;

/// <summary>
/// The event of a subflow that the peer made a backup or a regular subflow (<c>MPTCP_EVENT_SUB_PRIORITY</c>, MP_PRIO). The end that
/// requested
/// it gets no event.
/// </summary>
/// <param name="Token">The token of the connection on this host. See <see cref="Sockets.MptcpInfo.Token"/>.</param>
/// <param name="LocalEndPoint">The local address and port of the subflow.</param>
/// <param name="RemoteEndPoint">The peer's address and port of the subflow.</param>
public sealed record MptcpSubflowPriorityChanged(uint Token, IPEndPoint LocalEndPoint, IPEndPoint RemoteEndPoint)
    : MptcpSubflowEvent(Token, LocalEndPoint, RemoteEndPoint);
