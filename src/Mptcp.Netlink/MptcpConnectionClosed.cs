namespace Mptcp.Netlink;

/// <summary>
/// The event of a connection that ended (<c>MPTCP_EVENT_CLOSED</c>). Its remaining subflows ended with it, without events of their own.
/// </summary>
/// <param name="Token">The token of the connection on this host. See <see cref="Sockets.MptcpInfo.Token"/>.</param>
public sealed record MptcpConnectionClosed(uint Token) : MptcpConnectionEvent(Token);
