using System.Net;

namespace Mptcp.Sockets.Relays;

/// <summary>One of the two connections of a relayed connection.</summary>
/// <param name="Local">The end at the gateway, without IPv4-mapped addresses.</param>
/// <param name="Remote">The end at the client or the server, without IPv4-mapped addresses.</param>
/// <param name="State">The protocol of the connection.</param>
sealed record RelaySide(IPEndPoint Local, IPEndPoint Remote, MptcpState State);
