using System.Net;

namespace Mptcp.Netlink;

/// <summary>An MPTCP socket has ceased to listen (<c>MPTCP_EVENT_LISTENER_CLOSED</c>). Linux 6.3.</summary>
/// <param name="LocalEndPoint">Where.</param>
public sealed record MptcpListenerClosed(IPEndPoint LocalEndPoint) : MptcpEvent;
