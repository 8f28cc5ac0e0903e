using Mptcp.Sockets.Relays;

namespace Mptcp.Dashboard.Feed;

/// <summary>One side of a connection that the gateway of this process relays, as the dashboard shows it.</summary>
/// <param name="Relay">Both sides.</param>
/// <param name="IsClients">Whether this is the connection of the client; otherwise, the one to the server.</param>
/// <param name="ToServerRate">Bytes per second; null at the first reading.</param>
/// <param name="ToClientRate">Bytes per second; null at the first reading.</param>
/// <param name="Other">The connection on the other side; null if the kernel does not list it, as it lists no TCP connection.</param>
sealed record RelayedSide(RelayedConnection Relay, bool IsClients, double? ToServerRate, double? ToClientRate, ConnectionView? Other)
{
    internal RelaySide OtherSide => IsClients ? Relay.Server : Relay.Client;

    /// <summary>Whose connection the other side is.</summary>
    internal string OtherName => IsClients ? "server" : "client";
}
