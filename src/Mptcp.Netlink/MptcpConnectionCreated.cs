using System.Net;

namespace Mptcp.Netlink;

/// <summary>A connection has begun (<c>MPTCP_EVENT_CREATED</c>); it may yet turn out to be TCP.</summary>
/// <param name="Token">Which connection: <see cref="Sockets.MptcpInfo.Token"/> on this host.</param>
/// <param name="LocalEndPoint">Its end here.</param>
/// <param name="RemoteEndPoint">Its other end.</param>
public sealed record MptcpConnectionCreated(uint Token, IPEndPoint LocalEndPoint, IPEndPoint RemoteEndPoint)
    : MptcpHandshakeEvent(Token, LocalEndPoint, RemoteEndPoint);
