namespace Mptcp.Netlink;

/// <summary>The event of an address that the peer withdrew (<c>MPTCP_EVENT_REMOVED</c>, REMOVE_ADDR).</summary>
/// <param name="Token">The token of the connection on this host. See <see cref="Sockets.MptcpInfo.Token"/>.</param>
/// <param name="RemoteAddressId">The peer's id of the address.</param>
public sealed record MptcpAddressRemoved(uint Token, byte RemoteAddressId) : MptcpConnectionEvent(Token);
