using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;
using Mptcp.Gateway.Configuration;
using Mptcp.Gateway.Relaying;
using Mptcp.Gateway.Telemetry;

namespace Mptcp.Gateway;

/// <summary>
/// Starts with every address of every route, or not at all. A reload changes everything or nothing. To stop, the service accepts no more clients and waits for the
/// connections. After HostOptions.ShutdownTimeout, it resets the remaining ones.
/// </summary>
sealed class GatewayService(
    IOptionsFactory<MptcpGatewayOptions> options, IEnumerable<IOptionsChangeTokenSource<MptcpGatewayOptions>> changes, GatewayMetrics metrics, ILoggerFactory loggerFactory)
    : BackgroundService
{
    readonly ILogger _logger = loggerFactory.CreateLogger(MptcpGatewayTelemetry.LogCategory);
    readonly CancellationTokenSource _stop = new();
    readonly CancellationTokenSource _abort = new();
    readonly TaskCompletionSource _failure = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly Lock _lock = new();
    readonly List<IDisposable> _subscriptions = [];
    readonly List<Task> _running = [];
    Dictionary<ListenAddress, RouteListener> _listeners = [];
    Dictionary<string, RouteState> _routes = [];

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
            Apply(Read());

        foreach (IOptionsChangeTokenSource<MptcpGatewayOptions> change in changes)
            _subscriptions.Add(ChangeToken.OnChange(change.GetChangeToken, Reload));

        return base.StartAsync(cancellationToken);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        Log.Stopping(_logger, _routes.Values.Sum(route => route.Statistics.Active));
        lock (_lock)
            _stop.Cancel(); // no reload from now on

        await using (cancellationToken.Register(_abort.Cancel).ConfigureAwait(false))
        {
            await base.StopAsync(cancellationToken).ConfigureAwait(false);
            await Task.WhenAll(_running).ConfigureAwait(false);
        }

        foreach ((string name, RouteState route) in _routes)
            Log.Total(_logger, name, route.Statistics.Connections, route.Statistics.BytesToServer, route.Statistics.BytesToClient);
    }

    public override void Dispose()
    {
        foreach (IDisposable subscription in _subscriptions)
            subscription.Dispose();

        _stop.Cancel(); // also if another service has failed to start
        foreach (RouteListener listener in _listeners.Values)
            listener.Dispose();

        _stop.Dispose();
        _abort.Dispose();
        base.Dispose();
    }

    /// <summary>If a listener fails, so does the host.</summary>
    protected override Task ExecuteAsync(CancellationToken stoppingToken) => _failure.Task.WaitAsync(stoppingToken);

    void Reload()
    {
        lock (_lock)
        {
            if (_stop.IsCancellationRequested)
                return;

            try
            {
                Apply(Read());
                Log.Reloaded(_logger, _routes.Count);
            }
            catch (OptionsValidationException e)
            {
                foreach (string failure in e.Failures)
                    Log.NotReloaded(_logger, failure);
            }
            catch (IOException e)
            {
                Log.NotReloaded(_logger, e.Message);
            }
        }
    }

    IReadOnlyList<Route> Read() => RouteTable.TryCreate(options.Create(Options.DefaultName), out _); // valid, because OptionsValidator has checked them

    void Apply(IReadOnlyList<Route> routes)
    {
        (Dictionary<ListenAddress, RouteListener> listeners, List<RouteListener> opened) = Open(routes);
        _routes = routes.ToDictionary(route => route.Name, route => RouteState.Next(route, _routes.GetValueOrDefault(route.Name), metrics));
        foreach ((Route route, Way way) in routes.SelectMany(route => route.Ways.Select(way => (route, way))))
            listeners[way.Listen].Use(_routes[route.Name], way);

        foreach (RouteListener unwanted in _listeners.Values.Except(listeners.Values))
            unwanted.Stop();

        _listeners = listeners;
        _running.RemoveAll(task => task.IsCompletedSuccessfully);
        foreach (RouteListener listener in opened)
            Run(listener);
    }

    /// <summary>Opens each listening socket that does not exist yet, or none.</summary>
    (Dictionary<ListenAddress, RouteListener> All, List<RouteListener> Opened) Open(IReadOnlyList<Route> routes)
    {
        Dictionary<ListenAddress, RouteListener> all = [];
        List<RouteListener> opened = [];
        try
        {
            foreach ((Route route, Way way) in routes.SelectMany(route => route.Ways.Select(way => (route, way))))
            {
                if (!_listeners.TryGetValue(way.Listen, out RouteListener? listener))
                    opened.Add(listener = RouteListener.Open(route, way, _logger));

                all.Add(way.Listen, listener);
            }
        }
        catch
        {
            foreach (RouteListener listener in opened)
                listener.Dispose();

            throw;
        }

        return (all, opened);
    }

    void Run(RouteListener listener)
    {
        Task running = listener.RunAsync(_stop.Token, _abort.Token);
        _running.Add(running);
        _ = running.ContinueWith(
            failed => _failure.TrySetException(failed.Exception!.InnerExceptions), CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
    }
}
