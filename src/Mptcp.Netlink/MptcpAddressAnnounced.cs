using System.Net;

namespace Mptcp.Netlink;

/// <summary>The event of an address that the peer announced (<c>MPTCP_EVENT_ANNOUNCED</c>, ADD_ADDR).</summary>
/// <param name="Token">The token of the connection on this host. See <see cref="Sockets.MptcpInfo.Token"/>.</param>
/// <param name="RemoteAddressId">The peer's id of the address.</param>
/// <param name="RemoteEndPoint">
/// The address and port. If the peer announced no port, the port is that of the connection, or 0 before Linux 5.19.
/// </param>
public sealed record MptcpAddressAnnounced(uint Token, byte RemoteAddressId, IPEndPoint RemoteEndPoint) : MptcpConnectionEvent(Token);
