using System.Net;

namespace Mptcp.Netlink;

/// <summary>A further subflow is established (<c>MPTCP_EVENT_SUB_ESTABLISHED</c>). Of the first, there is no such event.</summary>
/// <param name="Token">Which connection: <see cref="Sockets.MptcpInfo.Token"/> on this host.</param>
/// <param name="LocalEndPoint">The subflow's end here.</param>
/// <param name="RemoteEndPoint">Its other end.</param>
public sealed record MptcpSubflowEstablished(uint Token, IPEndPoint LocalEndPoint, IPEndPoint RemoteEndPoint) : MptcpSubflowEvent(Token, LocalEndPoint, RemoteEndPoint);
