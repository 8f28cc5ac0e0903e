using Microsoft.Extensions.Options;

namespace Gateway;

/// <summary>
/// Starts with every port of every route, or not at all. Stops by accepting no more and waiting for the connections that there are; those that are left after
/// HostOptions.ShutdownTimeout (<c>--shutdownTimeoutSeconds</c>) are reset.
/// </summary>
sealed class GatewayService(IOptions<GatewayOptions> options, GatewayMetrics metrics, ILogger<GatewayService> logger) : IHostedService, IDisposable
{
    readonly CancellationTokenSource _stop = new();
    readonly CancellationTokenSource _abort = new();
    readonly List<RouteListener> _listeners = [];
    readonly Dictionary<string, RouteStatistics> _statistics = [];
    Task _running = Task.CompletedTask;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        foreach ((string name, RouteOptions routeOptions) in options.Value.Routes)
            Open(Route.TryCreate(name, routeOptions, [])!); // valid: GatewayOptionsValidator has tried

        _running = Task.WhenAll(_listeners.Select(listener => listener.RunAsync(_stop.Token, _abort.Token)));
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        Log.Stopping(logger, _statistics.Values.Sum(route => route.Active));
        await _stop.CancelAsync();
        await using (cancellationToken.Register(_abort.Cancel))
            await _running;

        foreach ((string name, RouteStatistics route) in _statistics)
            Log.Total(logger, name, route.Connections, route.BytesToServer, route.BytesToClient);
    }

    public void Dispose()
    {
        foreach (RouteListener listener in _listeners)
            listener.Dispose();

        _stop.Dispose();
        _abort.Dispose();
    }

    void Open(Route route)
    {
        RouteStatistics statistics = _statistics[route.Name] = new RouteStatistics(route.Name, metrics);
        var room = new SemaphoreSlim(route.MaxConnections);
        foreach ((var listen, var connect) in route.Ways)
            _listeners.Add(RouteListener.Open(route, listen, connect, room, statistics, logger));
    }
}
