namespace Mptcp.Netlink;

/// <summary>The peer has taken back an address (<c>MPTCP_EVENT_REMOVED</c>, REMOVE_ADDR).</summary>
/// <param name="Token">Which connection: <see cref="Sockets.MptcpInfo.Token"/> on this host.</param>
/// <param name="RemoteAddressId">By which the peer has called the address.</param>
public sealed record MptcpAddressRemoved(uint Token, byte RemoteAddressId) : MptcpConnectionEvent(Token);
