using System.Net.Sockets;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Mptcp.Netlink.Diagnostics;
using Mptcp.Netlink.Routing;
using Mptcp.Netlink.Telemetry;
using Mptcp.Sockets;
using Mptcp.Sockets.Interop;

namespace Mptcp.Netlink.Endpoints;

/// <summary>
/// Keeps the kernel's endpoints in step with the interfaces and routes of the machine while the .NET host runs, in the network namespace of
/// the thread that starts the service.
/// </summary>
sealed class EndpointsService(IOptions<MptcpEndpointsOptions> options, ILoggerFactory loggers, TimeProvider? clock = null)
    : BackgroundService
{
    static readonly TimeSpan s_betweenAttempts = TimeSpan.FromSeconds(5); // to take the lease, if another process was faster

    readonly MptcpEndpointsOptions _options = options.Value;
    readonly ILogger _logger = Log.CreateLogger(loggers);
    readonly TimeProvider _clock = clock ?? TimeProvider.System;
    readonly EndpointMetrics _metrics = new();
    MptcpPathManager? _manager;
    HostMonitor? _changes;
    LossMonitor? _losses;
    HostReader? _reader;
    EndpointKeeper? _keeper;
    ReadSchedule? _schedule;
    ConnectionReader? _connections;
    CounterFile? _counters;
    MptcpEventMonitor? _events;
    EndpointsLease? _lease;
    int _hasEnded;

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        // Not in the background: there it would be too late to prevent the start of the host, and the network namespace could be another
        // one.
        _manager = MptcpPathManager.Open();
        _changes = HostMonitor.Open(); // before anything is read, so that nothing is missed
        _losses = LossMonitor.Open();
        _reader = HostReader.Open();
        if (_options.Heal)
            (_connections, _counters) = (ConnectionReader.Open(), new CounterFile());

        _events = TryOpenEvents();
        _metrics.Measure(MptcpConnectionReader.Open(), _clock);
        var managers = new OtherManagers();
        new EndpointsStartCheck(_manager, _reader, _options).Check();
        WarnAboutSettings(managers);
        _keeper = new EndpointKeeper(_manager, _reader, managers, _options, _metrics, _logger);
        _schedule = new ReadSchedule(_clock);
        _lease = new EndpointsLease();
        if (_lease.TryTake())
            _schedule.Read(_keeper.Update());
        else
            Log.EndpointsKeptElsewhere(_logger);

        return base.StartAsync(cancellationToken);
    }

    /// <summary>
    /// Reads the host, and makes the plan that the service would carry out; <see langword="null"/> if the service does not run.
    /// </summary>
    /// <exception cref="MptcpNetlinkException">The kernel refuses.</exception>
    internal (MptcpHostSnapshot Host, MptcpEndpointPlan Plan)? Examine() => Volatile.Read(ref _hasEnded) == 0 ? _keeper?.Examine() : null;

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        try
        {
            await base.StopAsync(cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            End();
        }
    }

    public override void Dispose()
    {
        base.Dispose();
        End(); // if another service fails to start, the host does not call StopAsync
        _changes?.Dispose();
        _losses?.Dispose();
        _reader?.Dispose();
        _connections?.Dispose();
        _counters?.Dispose();
        _ = _events?.DisposeAsync().AsTask(); // does not wait for anything
        _manager?.Dispose();
        _metrics.Dispose();
    }

    /// <summary>If one task ends, all end.</summary>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        using CancellationTokenRegistration end = ending.Token.Register(_losses!.End);
        List<Task> tasks =
        [
            FollowAsync(ending.Token),
            Task.Factory.StartNew(FollowLosses, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default),
        ];
        if (_connections is not null)
            tasks.Add(HealAsync(new EndpointHealer(_keeper!, _connections, _counters!, _clock), ending.Token));

        if (_events is not null)
            tasks.Add(WatchAsync(_events, ending.Token));

        Task first = await Task.WhenAny(tasks).ConfigureAwait(false);
        await ending.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(tasks).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await first.ConfigureAwait(false);
    }

    /// <summary>Runs on a thread of its own: connections wait for another path, and the threads of the pool may be busy.</summary>
    void FollowLosses()
    {
        foreach (IReadOnlyList<HostLoss> losses in _losses!.ReadAll())
        {
            if (Try(() => _keeper!.Lose(losses)))
                _changes!.Wake();
        }
    }

    async Task FollowAsync(CancellationToken stoppingToken)
    {
        while (!_lease!.TryTake())
            await _lease.WaitAsync(s_betweenAttempts, _clock, stoppingToken).ConfigureAwait(false);

        while (true)
        {
            HostChange change = await _changes!.WaitAsync(_schedule!.Rest, _clock, isLossFor: null, stoppingToken).ConfigureAwait(false);
            if (change != HostChange.None)
                _schedule.Changed();

            if (_schedule.Rest == TimeSpan.Zero)
                _schedule.Read(Try(() => _keeper!.Update()));
        }
    }

    async Task HealAsync(EndpointHealer healer, CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(EndpointHealer.Interval, _clock);
        while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false))
            Try(healer.Look);
    }

    /// <summary>Counts events, and logs once that a peer announced an address which the kernel does not accept.</summary>
    async Task WatchAsync(MptcpEventMonitor events, CancellationToken stoppingToken)
    {
        bool isLogged = false;
        await foreach (MptcpEvent what in events.ReadAllAsync(stoppingToken).ConfigureAwait(false))
        {
            _metrics.Count(what);
            if (isLogged || what is not MptcpAddressAnnounced announced)
                continue;

            isLogged = Try(() => _manager!.GetLimits().AcceptedAddresses == 0);
            if (isLogged)
                Log.AnnouncedNotAccepted(_logger, announced.RemoteEndPoint);
        }
    }

    void WarnAboutSettings(OtherManagers managers)
    {
        if (MptcpSettings.Read().IsEnabled == false)
            Log.MptcpDisabled(_logger);

        if (Sysctl.PathManager is { } manager && manager != "kernel")
            Log.EndpointsUnused(_logger, manager);

        foreach ((string name, int processId) in managers.Find())
            Log.OtherManager(_logger, name, processId);
    }

    /// <summary>Returns null before Linux 5.12, which reports no events.</summary>
    static MptcpEventMonitor? TryOpenEvents()
    {
        try
        {
            return MptcpEventMonitor.Open();
        }
        catch (MptcpNotSupportedException)
        {
            return null;
        }
    }

    /// <summary>Removes the endpoints, unless another process waits to keep them.</summary>
    void End()
    {
        if (Interlocked.Exchange(ref _hasEnded, 1) != 0)
            return;

        if (_options.RemoveOnStop && _lease is { IsHeld: true, IsAwaited: false })
        {
            Try(_keeper!.RemoveEndpoints);
            Try(_keeper!.RemoveRouting);
        }

        _lease?.Dispose();
    }

    void Try(Action action) => Try(() =>
    {
        action();
        return true;
    });

    bool Try(Func<bool> action)
    {
        try
        {
            return action();
        }
        catch (Exception e) when (e is SocketException or InvalidDataException)
        {
            Log.LookFailed(_logger, e);
            return false;
        }
    }
}
