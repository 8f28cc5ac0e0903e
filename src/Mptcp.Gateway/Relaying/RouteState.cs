using Mptcp.Gateway.Configuration;
using Mptcp.Gateway.Telemetry;

namespace Mptcp.Gateway.Relaying;

/// <summary>A route in use: the state that its listening sockets share.</summary>
/// <param name="Route">The settings.</param>
/// <param name="Statistics">The statistics of its connections. A reload continues them.</param>
/// <param name="Room">The number of connections for which there is room.</param>
sealed record RouteState(Route Route, RouteStatistics Statistics, SemaphoreSlim Room)
{
    /// <summary>Continues a route with the same name. A new limit counts new connections only.</summary>
    internal static RouteState Next(Route route, RouteState? previous, GatewayMetrics metrics) => new(
        route,
        previous?.Statistics ?? new RouteStatistics(route.Name, metrics),
        previous?.Route.MaxConnections == route.MaxConnections ? previous.Room : new SemaphoreSlim(route.MaxConnections));
}
