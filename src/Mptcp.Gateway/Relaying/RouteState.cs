using Microsoft.Extensions.Logging;
using Mptcp.Gateway.Configuration;
using Mptcp.Gateway.Telemetry;

namespace Mptcp.Gateway.Relaying;

/// <summary>A route that is in use: what its listening sockets share.</summary>
sealed class RouteState : IDisposable
{
    readonly CancellationTokenSource _stop;

    /// <summary>Continues the statistics of a route of the same name. A new limit counts new connections only.</summary>
    internal RouteState(Route route, RouteState? previous, OwnListeners own, GatewayMetrics metrics, ILogger logger, CancellationToken stop)
    {
        _stop = CancellationTokenSource.CreateLinkedTokenSource(stop);
        Route = route;
        Statistics = previous?.Statistics ?? new RouteStatistics(route.Name, metrics);
        Room = previous?.Route.MaxConnections == route.MaxConnections ? previous.Room : new SemaphoreSlim(route.MaxConnections);
        Destinations = new Destinations(route, own);
        Ways = [.. route.Ways.Select(way => new ActiveWay(way, this, Backends(way)))];

        BackendPool? Backends(Way way) => way.Connect.Count == 0 ? null : new BackendPool(route, way.Connect, Destinations, logger);
    }

    internal Route Route { get; }

    internal RouteStatistics Statistics { get; }

    /// <summary>The number of connections that the route may still have.</summary>
    internal SemaphoreSlim Room { get; }

    internal Destinations Destinations { get; }

    internal IReadOnlyList<ActiveWay> Ways { get; }

    /// <summary>Checks the servers until the route is replaced or the gateway stops.</summary>
    internal Task MonitorAsync() => Task.WhenAll(Ways.Select(way => way.Backends?.MonitorAsync(_stop.Token) ?? Task.CompletedTask));

    public void Dispose()
    {
        _stop.Cancel();
        _stop.Dispose();
    }
}
