using System.Net;

namespace Mptcp.Netlink;

/// <summary>The peer has announced an address (<c>MPTCP_EVENT_ANNOUNCED</c>, ADD_ADDR).</summary>
/// <param name="Token">Which connection: <see cref="Sockets.MptcpInfo.Token"/> on this host.</param>
/// <param name="RemoteAddressId">By which the peer calls the address.</param>
/// <param name="RemoteEndPoint">The address, and the port, which is the connection's where the peer has announced none (before Linux 5.19, 0).</param>
public sealed record MptcpAddressAnnounced(uint Token, byte RemoteAddressId, IPEndPoint RemoteEndPoint) : MptcpConnectionEvent(Token);
