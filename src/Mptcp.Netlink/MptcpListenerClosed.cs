using System.Net;

namespace Mptcp.Netlink;

/// <summary>The event of an MPTCP socket that stopped listening (<c>MPTCP_EVENT_LISTENER_CLOSED</c>). Needs Linux 6.3.</summary>
/// <param name="LocalEndPoint">The address and port on which the socket listened.</param>
public sealed record MptcpListenerClosed(IPEndPoint LocalEndPoint) : MptcpEvent;
