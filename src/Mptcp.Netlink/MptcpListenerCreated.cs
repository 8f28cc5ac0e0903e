using System.Net;

namespace Mptcp.Netlink;

/// <summary>The event of an MPTCP socket that began to listen (<c>MPTCP_EVENT_LISTENER_CREATED</c>). Needs Linux 6.3.</summary>
/// <param name="LocalEndPoint">The address and port on which the socket listens.</param>
public sealed record MptcpListenerCreated(IPEndPoint LocalEndPoint) : MptcpEvent;
