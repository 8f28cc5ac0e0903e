using System.Net;

namespace Mptcp.Netlink;

/// <summary>The peer has made a subflow a backup, or a regular one (<c>MPTCP_EVENT_SUB_PRIORITY</c>, MP_PRIO). Who has asked for it gets no event.</summary>
/// <param name="Token">Which connection: <see cref="Sockets.MptcpInfo.Token"/> on this host.</param>
/// <param name="LocalEndPoint">The subflow's end here.</param>
/// <param name="RemoteEndPoint">Its other end.</param>
public sealed record MptcpSubflowPriorityChanged(uint Token, IPEndPoint LocalEndPoint, IPEndPoint RemoteEndPoint) : MptcpSubflowEvent(Token, LocalEndPoint, RemoteEndPoint);
