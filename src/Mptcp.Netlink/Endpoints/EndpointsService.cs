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

/// <summary>Keeps the kernel's endpoints in step with the host's interfaces and routes, in the network namespace of the thread that starts it, while the .NET host runs.</summary>
sealed class EndpointsService(IOptions<MptcpEndpointsOptions> options, ILoggerFactory loggers, TimeProvider? clock = null) : BackgroundService
{
    static readonly TimeSpan s_betweenLooks = TimeSpan.FromSeconds(5); // for the lease, where another process was faster

    readonly MptcpEndpointsOptions _options = options.Value;
    readonly ILogger _logger = Log.CreateLogger(loggers);
    readonly TimeProvider _clock = clock ?? TimeProvider.System;
    readonly EndpointMetrics _metrics = new();
    MptcpPathManager? _manager;
    HostMonitor? _monitor;
    HostReader? _reader;
    EndpointKeeper? _keeper;
    ReadSchedule? _schedule;
    ConnectionReader? _connections;
    MptcpEventMonitor? _events;
    EndpointsLease? _lease;
    int _hasEnded;

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        // Here and not in the background, where it would be too late to keep the host from starting, and the network namespace might be another.
        _manager = MptcpPathManager.Open();
        _monitor = HostMonitor.Open();
        _reader = HostReader.Open();
        _connections = _options.Heal ? ConnectionReader.Open() : null;
        _events = TryOpenEvents();
        _metrics.Measure(MptcpConnectionReader.Open(), _clock);
        var managers = new OtherManagers();
        new EndpointsStartCheck(_manager, _reader, _options).Check();
        if (MptcpSettings.Read().IsEnabled == false)
            Log.MptcpDisabled(_logger);

        if (Sysctl.PathManager is { } manager && manager != "kernel")
            Log.EndpointsUnused(_logger, manager);

        foreach ((string name, int processId) in managers.Find())
            Log.OtherManager(_logger, name, processId);

        _keeper = new EndpointKeeper(_manager, _reader, new OwnEndpoints(managers, _logger), _options, _metrics, _logger);
        _schedule = new ReadSchedule(_clock);
        _lease = new EndpointsLease();
        if (_lease.TryTake())
            _schedule.Read(_keeper.Update());
        else
            Log.EndpointsKeptElsewhere(_logger);

        return base.StartAsync(cancellationToken);
    }

    /// <summary>Reads the host, and makes the plan that the service would carry out; <see langword="null"/> if the service does not run.</summary>
    /// <exception cref="MptcpNetlinkException">The kernel refuses.</exception>
    internal (MptcpHostSnapshot Host, MptcpEndpointPlan Plan)? Examine() => Volatile.Read(ref _hasEnded) == 0 ? _keeper?.Examine() : null;

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken).ConfigureAwait(false);
        End();
    }

    public override void Dispose()
    {
        base.Dispose();
        End(); // nobody stops a service where another one has failed to start
        _monitor?.Dispose();
        _reader?.Dispose();
        _connections?.Dispose();
        _ = _events?.DisposeAsync().AsTask(); // which waits for nothing
        _manager?.Dispose();
        _metrics.Dispose();
    }

    /// <summary>Whatever ends, ends the others.</summary>
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        List<Task> tasks = [FollowAsync(ending.Token)];
        if (_connections is not null)
            tasks.Add(HealAsync(_connections, ending.Token));

        if (_events is not null)
            tasks.Add(WatchAsync(_events, ending.Token));

        Task first = await Task.WhenAny(tasks).ConfigureAwait(false);
        await ending.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(tasks).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await first.ConfigureAwait(false);
    }

    async Task HealAsync(ConnectionReader connections, CancellationToken stoppingToken)
    {
        var healer = new EndpointHealer(_keeper!, connections, _clock);
        using var timer = new PeriodicTimer(EndpointHealer.Interval, _clock);
        while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false))
        {
            Try(() =>
            {
                healer.Heal();
                return true;
            });
        }
    }

    /// <summary>A peer whose announcement the kernel does not accept offers paths in vain.</summary>
    async Task WatchAsync(MptcpEventMonitor events, CancellationToken stoppingToken)
    {
        bool isTold = false;
        await foreach (MptcpEvent what in events.ReadAllAsync(stoppingToken).ConfigureAwait(false))
        {
            _metrics.Count(what);
            if (isTold || what is not MptcpAddressAnnounced announced)
                continue;

            isTold = Try(() => _manager!.GetLimits().AcceptedAddresses == 0);
            if (isTold)
                Log.AnnouncedNotAccepted(_logger, announced.RemoteEndPoint);
        }
    }

    async Task FollowAsync(CancellationToken stoppingToken)
    {
        while (!_lease!.TryTake())
            await _lease.WaitAsync(s_betweenLooks, _clock, stoppingToken).ConfigureAwait(false);

        while (true)
        {
            HostChange change = await _monitor!.WaitAsync(_schedule!.Rest, _clock, _keeper!.Watches, stoppingToken).ConfigureAwait(false);
            if (change == HostChange.Loss)
                Try(() => _keeper.Update(onlyLosses: true)); // at once: connections wait

            if (change != HostChange.None)
                _schedule.Changed();

            if (_schedule.Rest == TimeSpan.Zero)
                _schedule.Read(Try(() => _keeper.Update()));
        }
    }

    /// <summary>Before Linux 5.12, the kernel tells no events.</summary>
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

    /// <summary>Removes the endpoints, unless another process goes on with them.</summary>
    void End()
    {
        if (Interlocked.Exchange(ref _hasEnded, 1) != 0)
            return;

        if (_options.RemoveOnStop && _lease is { IsHeld: true, IsAwaited: false })
        {
            Try(() =>
            {
                _keeper!.RemoveAll();
                return true;
            });
        }

        _lease?.Dispose();
    }

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
