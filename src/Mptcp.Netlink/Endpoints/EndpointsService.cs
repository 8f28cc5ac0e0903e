using System.Net.Sockets;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Mptcp.Netlink.Routing;
using Mptcp.Netlink.Telemetry;
using Mptcp.Sockets.Interop;

namespace Mptcp.Netlink.Endpoints;

/// <summary>Keeps the kernel's endpoints in step with the host's interfaces and routes, in the network namespace of the thread that starts it, while the .NET host runs.</summary>
sealed class EndpointsService(IOptions<MptcpEndpointsOptions> options, ILoggerFactory loggers, TimeProvider? clock = null) : BackgroundService
{
    readonly MptcpEndpointsOptions _options = options.Value;
    readonly ILogger _logger = Log.CreateLogger(loggers);
    readonly TimeProvider _clock = clock ?? TimeProvider.System;
    MptcpPathManager? _manager;
    HostMonitor? _monitor;
    HostReader? _reader;
    EndpointKeeper? _keeper;
    ReadSchedule? _schedule;

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        // Here and not in the background, where it would be too late to keep the host from starting, and the network namespace might be another.
        _manager = MptcpPathManager.Open();
        _monitor = HostMonitor.Open();
        _reader = HostReader.Open();
        var managers = new OtherManagers();
        var keeper = new EndpointKeeper(_manager, _reader, managers, _options, _logger);
        keeper.Check();
        if (Sysctl.PathManager is { } manager && manager != "kernel")
            Log.EndpointsUnused(_logger, manager);

        foreach ((string name, int processId) in managers.Find())
            Log.OtherManager(_logger, name, processId);

        _keeper = keeper;
        _schedule = new ReadSchedule(_clock);
        _schedule.Read(_keeper.Update());
        return base.StartAsync(cancellationToken);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken).ConfigureAwait(false);
        RemoveOwn();
    }

    public override void Dispose()
    {
        base.Dispose();
        RemoveOwn(); // nobody stops a service where another one has failed to start
        _monitor?.Dispose();
        _reader?.Dispose();
        _manager?.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
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

    void RemoveOwn()
    {
        if (_options.RemoveOnStop)
        {
            Try(() =>
            {
                _keeper?.RemoveAll();
                return true;
            });
        }
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
