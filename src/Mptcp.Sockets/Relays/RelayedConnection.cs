using System.Net;

namespace Mptcp.Sockets.Relays;

/// <summary>A relayed connection at one moment.</summary>
/// <param name="Route">The name of the route.</param>
/// <param name="Source">The address of the client: the one in its PROXY header, else that of its connection.</param>
/// <param name="Client">The connection that the gateway has accepted.</param>
/// <param name="Server">The connection that the gateway has opened.</param>
/// <param name="ToServer">The number of bytes that were relayed to the server.</param>
/// <param name="ToClient">The number of bytes that were relayed to the client.</param>
sealed record RelayedConnection(string Route, IPEndPoint Source, RelaySide Client, RelaySide Server, long ToServer, long ToClient);
