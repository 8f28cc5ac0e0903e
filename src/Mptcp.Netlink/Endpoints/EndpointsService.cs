using System.Net.Sockets;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Mptcp.Netlink.Routing;
using Mptcp.Netlink.Telemetry;

namespace Mptcp.Netlink.Endpoints;

/// <summary>Keeps the kernel's endpoints in step with the interfaces of the network namespace of the thread that starts it, while the host runs.</summary>
sealed class EndpointsService(IOptions<MptcpEndpointsOptions> options, ILoggerFactory loggers, TimeProvider? clock = null) : BackgroundService
{
    static readonly TimeSpan s_settling = TimeSpan.FromMilliseconds(100); // an address that is added is several changes, a link that comes up more

    readonly MptcpEndpointsOptions _options = options.Value;
    readonly ILogger _logger = Log.CreateLogger(loggers);
    MptcpPathManager? _manager;
    InterfaceMonitor? _interfaces;
    EndpointKeeper? _keeper;

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        // Here and not in the background, where it would be too late to keep the host from starting, and the network namespace might be another.
        _manager = MptcpPathManager.Open();
        _interfaces = InterfaceMonitor.Open();
        _keeper = new EndpointKeeper(_manager, _options, _logger);
        _keeper.CheckPrivilege();
        _keeper.Update(_interfaces.Read());
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
        {
            await _interfaces!.WaitForChangeAsync(s_settling, clock ?? TimeProvider.System, stoppingToken).ConfigureAwait(false);
            Try(() => _keeper!.Update(_interfaces.Read()));
        }
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
