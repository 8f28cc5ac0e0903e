using System.Net;

namespace Mptcp.Netlink;

/// <summary>An MPTCP socket has begun to listen (<c>MPTCP_EVENT_LISTENER_CREATED</c>). Linux 6.3.</summary>
/// <param name="LocalEndPoint">Where.</param>
public sealed record MptcpListenerCreated(IPEndPoint LocalEndPoint) : MptcpEvent;
