using System.Net.Sockets;
using System.Threading.Channels;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Mptcp.Netlink.Routing;
using Mptcp.Netlink.Telemetry;
using Mptcp.Sockets;
using Mptcp.Sockets.Interop;

namespace Mptcp.Netlink.Policies;

/// <summary>Runs a policy for the network namespace of the thread that starts it, while the host runs.</summary>
sealed class PathPolicyService(MptcpPathPolicy policy, ILoggerFactory loggers, TimeProvider? clock = null) : BackgroundService
{
    const int MostWaiting = 16; // beyond that, the kernel keeps events, up to its own limit

    static readonly TimeSpan s_gathering = TimeSpan.FromMilliseconds(10);
    static readonly Version s_first = new(5, 19);

    readonly ILogger _logger = Log.CreateLogger(loggers);
    readonly TimeProvider _clock = clock ?? TimeProvider.System;
    readonly Channel<Func<Task>> _work = Channel.CreateBounded<Func<Task>>(MostWaiting);
    PathKernel? _kernel;
    MptcpEventMonitor? _events;
    HostMonitor? _monitor;
    HostReader? _reader;
    TimeSpan? _measurementInterval;

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        // Not in the background: there it would be too late to prevent the start of the host, and the network namespace could be another
        // one.
        CheckPathManager();
        _measurementInterval = CheckInterval(policy.MeasurementInterval);
        _events = MptcpEventMonitor.Open(); // before anything is read, so that nothing is missed
        _kernel = PathKernel.Open();
        _monitor = HostMonitor.Open();
        _reader = HostReader.Open();
        return base.StartAsync(cancellationToken);
    }

    public override void Dispose()
    {
        base.Dispose();
        _ = _events?.DisposeAsync().AsTask(); // does not wait for anything
        _monitor?.Dispose();
        _reader?.Dispose();
        _kernel?.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var caller = new PolicyCaller(policy, _kernel!, _logger, _clock);
        if (Read() is { } interfaces)
            await caller.ChangeInterfacesAsync(interfaces, stoppingToken).ConfigureAwait(false);

        await DoAsync(() => caller.LookAsync(stoppingToken)).ConfigureAwait(false);

        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        Task[] sources = [FeedAsync(ReadEventsAsync), FeedAsync(WatchInterfacesAsync), FeedAsync(MeasureAsync)];
        try
        {
            await foreach (Func<Task> work in _work.Reader.ReadAllAsync(stoppingToken).ConfigureAwait(false))
                await DoAsync(work).ConfigureAwait(false);
        }
        finally
        {
            await ending.CancelAsync().ConfigureAwait(false);
            await Task.WhenAll(sources).ConfigureAwait(false);
        }

        // If one source ends, all end.
        async Task FeedAsync(Func<PolicyCaller, CancellationToken, Task> source)
        {
            try
            {
                await source(caller, ending.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException) when (ending.IsCancellationRequested)
            {
            }
            catch (Exception e)
            {
                _work.Writer.TryComplete(e);
            }
        }
    }

    async Task ReadEventsAsync(PolicyCaller caller, CancellationToken cancellationToken)
    {
        await foreach (MptcpEvent what in _events!.ReadAllAsync(cancellationToken).ConfigureAwait(false))
            await _work.Writer.WriteAsync(() => caller.TakeAsync(what, cancellationToken), cancellationToken).ConfigureAwait(false);
    }

    async Task WatchInterfacesAsync(PolicyCaller caller, CancellationToken cancellationToken)
    {
        var schedule = new ReadSchedule(_clock);
        while (true)
        {
            HostChange change = await _monitor!.WaitAsync(
                schedule.Rest, _clock, index => policy.Interfaces.Any(network => network.Index == index), cancellationToken)
                .ConfigureAwait(false);
            if (change != HostChange.None)
                schedule.Changed();

            if (change != HostChange.Loss && schedule.Rest > TimeSpan.Zero)
                continue;

            IReadOnlyList<MptcpInterface>? interfaces = Read();
            schedule.Read(areDone: interfaces is not null);
            if (interfaces is not null)
            {
                await _work.Writer.WriteAsync(() => caller.ChangeInterfacesAsync(interfaces, cancellationToken), cancellationToken)
                    .ConfigureAwait(false);
            }
        }
    }

    /// <summary>Runs once for all requests that come at about the same time.</summary>
    async Task MeasureAsync(PolicyCaller caller, CancellationToken cancellationToken)
    {
        using ITimer? timer = _measurementInterval is { } interval
            ? _clock.CreateTimer(_ => policy.MeasurementRequests.Writer.TryWrite(true), null, interval, interval)
            : null;
        await foreach (bool _ in policy.MeasurementRequests.Reader.ReadAllAsync(cancellationToken).ConfigureAwait(false))
        {
            TimeSpan rest = caller.Rest;
            await Task.Delay(rest > s_gathering ? rest : s_gathering, _clock, cancellationToken).ConfigureAwait(false);
            await _work.Writer.WriteAsync(() => caller.MeasureAsync(cancellationToken), cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>If the kernel cannot answer, for example for lack of memory, the host continues.</summary>
    async Task DoAsync(Func<Task> work)
    {
        try
        {
            await work().ConfigureAwait(false);
        }
        catch (Exception e) when (e is SocketException or InvalidDataException)
        {
            Log.LookFailed(_logger, e);
        }
    }

    IReadOnlyList<MptcpInterface>? Read()
    {
        try
        {
            return
            [
                .. _reader!.ReadInterfaces().Where(network => network is { IsUp: true, IsLoopback: false }
                    && network.Addresses.Any(address => address.CarriesPaths || address.IsTemporary)),
            ];
        }
        catch (Exception e) when (e is SocketException or InvalidDataException)
        {
            Log.LookFailed(_logger, e);
            return null;
        }
    }

    TimeSpan? CheckInterval(TimeSpan? interval) => interval is not { TotalMilliseconds: < 1 or > int.MaxValue }
        ? interval
        : throw new InvalidOperationException(
            $"The {nameof(policy.MeasurementInterval)} of the path policy {policy.GetType()} must be from 1 ms to {int.MaxValue} ms, "
            + $"or null for none. It is {interval}.");

    static void CheckPathManager()
    {
        const string userspace = "userspace";
        if (OperatingSystem.IsLinux() && Sysctl.PathManager is null && Kernel.Version < s_first)
        {
            throw new MptcpNotSupportedException(
                MptcpUnavailableReason.KernelTooOld,
                $"This kernel ({Kernel.Version}) does not let a program control the paths of connections: run Linux 5.19 or later.");
        }

        // If the setting cannot be read, as in some containers, it is assumed to be right.
        if (Sysctl.PathManager is { } manager && manager != userspace)
        {
            throw new InvalidOperationException(
                $"In this network namespace, the path manager '{manager}' controls the paths of connections. "
                + $"Set it to '{userspace}' before connections begin: "
                + "'sysctl -w net.mptcp.pm_type=1', since Linux 6.15 also 'sysctl -w net.mptcp.path_manager=userspace'.");
        }
    }
}
