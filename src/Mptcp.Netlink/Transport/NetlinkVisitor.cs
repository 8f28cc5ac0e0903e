using Mptcp.Sockets.Interop;

namespace Mptcp.Netlink.Transport;

/// <summary>Receives one message of an answer. It must not use the socket.</summary>
delegate void NetlinkVisitor(NetlinkMessage message);
