using System.Text.Json;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;
using Mptcp.Gateway.Configuration;
using Mptcp.Gateway.Relaying;
using Mptcp.Gateway.Telemetry;

namespace Mptcp.Gateway;

/// <summary>
/// Starts with every address of every route, or not at all. A reload changes everything or nothing. To stop, the service accepts no further
/// connection and waits for the others. It resets those that remain after HostOptions.ShutdownTimeout.
/// </summary>
sealed class GatewayService(
    IOptionsFactory<MptcpGatewayOptions> options,
    IEnumerable<IOptionsChangeTokenSource<MptcpGatewayOptions>> changes,
    GatewayMetrics metrics,
    RunningListeners runningListeners,
    ILoggerFactory loggerFactory)
    : BackgroundService
{
    readonly ILogger _logger = loggerFactory.CreateLogger(MptcpGatewayTelemetry.LogCategory);
    readonly CancellationTokenSource _stop = new();
    readonly CancellationTokenSource _abort = new();
    readonly TaskCompletionSource _failure = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly Lock _lock = new();
    readonly List<IDisposable> _subscriptions = [];
    readonly List<Task> _running = [];
    readonly OwnListeners _own = new();
    Dictionary<ListenAddress, RouteListener> _listeners = [];
    Dictionary<string, RouteState> _routes = [];
    string _applied = "";

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            // Before it listens, so that no change is missed: a reload waits for the lock.
            foreach (IOptionsChangeTokenSource<MptcpGatewayOptions> change in changes)
                _subscriptions.Add(ChangeToken.OnChange(change.GetChangeToken, Reload));

            Apply();
        }

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

        _stop.Cancel(); // also called if another service has failed to start
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
                if (Apply())
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

    /// <summary>Reads the options and uses them; <see langword="false"/> if they are the same as before.</summary>
    bool Apply()
    {
        MptcpGatewayOptions read = options.Create(Options.DefaultName);
        string text = JsonSerializer.Serialize(read, OptionsJson.Default.MptcpGatewayOptions);
        if (text == _applied)
            return false;

        Apply(RouteTable.TryCreate(read, out _)); // valid: OptionsValidator has tried
        _applied = text;
        return true;
    }

    void Apply(IReadOnlyList<Route> routes)
    {
        (Dictionary<ListenAddress, RouteListener> listeners, List<RouteListener> opened) = Open(routes);
        RouteState[] previous = [.. _routes.Values];
        _routes = routes.ToDictionary(
            route => route.Name,
            route => new RouteState(route, _routes.GetValueOrDefault(route.Name), _own, metrics, _logger, _stop.Token));
        foreach (ActiveWay way in _routes.Values.SelectMany(route => route.Ways))
            listeners[way.Way.Listen].Use(way);

        foreach (RouteState route in previous)
            route.Dispose();

        foreach (RouteListener unwanted in _listeners.Values.Except(listeners.Values))
            unwanted.Stop();

        _listeners = listeners;
        _running.RemoveAll(task => task.IsCompletedSuccessfully);
        foreach (RouteListener listener in opened)
            Run(runningListeners.RunAsync(listener, _stop.Token, _abort.Token));

        foreach (RouteState route in _routes.Values)
            Run(route.MonitorAsync());
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
                    opened.Add(listener = ListeningSockets.Open(route, way, _own, _logger));

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

    void Run(Task running)
    {
        _running.Add(running);
        _ = running.ContinueWith(
            failed => _failure.TrySetException(failed.Exception!.InnerExceptions),
            CancellationToken.None,
            TaskContinuationOptions.OnlyOnFaulted,
            TaskScheduler.Default);
    }
}
