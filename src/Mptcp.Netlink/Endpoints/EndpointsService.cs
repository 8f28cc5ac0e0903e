using System.Net.Sockets;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Mptcp.Netlink.Routing;
using Mptcp.Netlink.Telemetry;
using Mptcp.Sockets.Interop;

namespace Mptcp.Netlink.Endpoints;

/// <summary>Keeps the kernel's endpoints in step with the interfaces of the network namespace of the thread that starts it, while the host runs.</summary>
sealed class EndpointsService(IOptions<MptcpEndpointsOptions> options, ILoggerFactory loggers, TimeProvider? clock = null) : BackgroundService
{
    static readonly TimeSpan
        s_settling = TimeSpan.FromMilliseconds(100), // an address that is added is several changes, a link that comes up more
        s_firstPause = TimeSpan.FromSeconds(1), s_longestPause = TimeSpan.FromSeconds(64);

    readonly MptcpEndpointsOptions _options = options.Value;
    readonly ILogger _logger = Log.CreateLogger(loggers);
    MptcpPathManager? _manager;
    InterfaceMonitor? _interfaces;
    EndpointKeeper? _keeper;
    TimeSpan _pause = Timeout.InfiniteTimeSpan; // until what has failed is tried again

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        // Here and not in the background, where it would be too late to keep the host from starting, and the network namespace might be another.
        _manager = MptcpPathManager.Open();
        _interfaces = InterfaceMonitor.Open();
        _keeper = new EndpointKeeper(_manager, _options, _logger);
        _keeper.CheckPrivilege();
        if (Sysctl.PathManager is { } manager && manager != "kernel")
            Log.EndpointsUnused(_logger, manager);

        _pause = _keeper.Update(_interfaces.Read()) ? Timeout.InfiniteTimeSpan : s_firstPause;
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
        _interfaces?.Dispose();
        _manager?.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (true)
            Follow(await _interfaces!.WaitForChangeAsync(s_settling, _pause, clock ?? TimeProvider.System, stoppingToken).ConfigureAwait(false));
    }

    void Follow(bool hasChanged)
    {
        bool areDone = false;
        Try(() => areDone = _keeper!.Update(_interfaces!.Read()));
        _pause = areDone ? Timeout.InfiniteTimeSpan
            : hasChanged ? s_firstPause
            : TimeSpan.FromTicks(Math.Min(2 * _pause.Ticks, s_longestPause.Ticks));
    }

    void RemoveOwn()
    {
        if (_options.RemoveOnStop)
            Try(() => _keeper?.RemoveAll());
    }

    void Try(Action action)
    {
        try
        {
            action();
        }
        catch (Exception e) when (e is SocketException or InvalidDataException)
        {
            Log.LookFailed(_logger, e);
        }
    }
}
