namespace Mptcp.Netlink;

/// <summary>A connection has ended (<c>MPTCP_EVENT_CLOSED</c>), and with it the subflows that it still had; of those, there are no events.</summary>
/// <param name="Token">Which connection: <see cref="Sockets.MptcpInfo.Token"/> on this host.</param>
public sealed record MptcpConnectionClosed(uint Token) : MptcpConnectionEvent(Token);
