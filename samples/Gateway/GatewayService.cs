using Microsoft.Extensions.Options;

namespace Gateway;

/// <summary>
/// Starts with every port of every route, or not at all. Stops by accepting no more and waiting for the connections that there are; those that are left after
/// HostOptions.ShutdownTimeout (<c>--shutdownTimeoutSeconds</c>) are reset.
/// </summary>
sealed class GatewayService(IOptions<GatewayOptions> options, GatewayMetrics metrics, ILogger<GatewayService> logger) : BackgroundService
{
    readonly CancellationTokenSource _abort = new();
    readonly List<RouteListener> _listeners = [];
    readonly Dictionary<string, RouteStatistics> _statistics = [];

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        foreach ((string name, RouteOptions routeOptions) in options.Value.Routes)
            Open(Route.TryCreate(name, routeOptions, [])!); // valid: GatewayOptionsValidator has tried

        return base.StartAsync(cancellationToken);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        Log.Stopping(logger, _statistics.Values.Sum(route => route.Active));
        await using (cancellationToken.Register(_abort.Cancel))
        {
            await base.StopAsync(cancellationToken); // returns also where connections are left
            await (ExecuteTask ?? Task.CompletedTask);
        }

        foreach ((string name, RouteStatistics route) in _statistics)
            Log.Total(logger, name, route.Connections, route.BytesToServer, route.BytesToClient);
    }

    public override void Dispose()
    {
        foreach (RouteListener listener in _listeners)
            listener.Dispose();

        _abort.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await foreach (Task ended in Task.WhenEach(_listeners.Select(listener => listener.RunAsync(stoppingToken, _abort.Token))))
            await ended; // should one fail, the host stops
    }

    void Open(Route route)
    {
        RouteStatistics statistics = _statistics[route.Name] = new RouteStatistics(route.Name, metrics);
        var room = new SemaphoreSlim(route.MaxConnections);
        foreach ((var listen, var connect) in route.Ways)
            _listeners.Add(RouteListener.Open(route, listen, connect, room, statistics, logger));
    }
}
