using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Mptcp.Gateway.Configuration;
using Mptcp.Gateway.Telemetry;
using Mptcp.Sockets;

namespace Mptcp.Gateway.Relaying;

/// <summary>Accepts the connections of one listening socket, up to the limit of the route, and relays them.</summary>
sealed class RouteListener(Socket socket, ILogger logger) : IDisposable
{
    static readonly TimeSpan s_pauseAfterError = TimeSpan.FromMilliseconds(500);

    readonly CancellationTokenSource _stop = new();
    readonly HashSet<Task> _relays = [];
    volatile ActiveWay? _way;

    ActiveWay Way => _way ?? throw new InvalidOperationException("The listener has no route yet.");

    /// <summary>Listens. If that fails, the exception names the setting.</summary>
    internal static RouteListener Open(Route route, Way way, ILogger logger)
    {
        try
        {
            Socket socket = MptcpSocket.Listen(way.Listen.EndPoint, new MptcpListenOptions
            {
                Mode = way.Listen.Mode,
                DualMode = way.Listen.DualMode,
                NoDelay = true, // the writer decides which bytes belong together
                ConfigureSocket = Route.KeepAlive,
            });
            Log.Listening(logger, route.Name, socket.LocalEndPoint, socket.GetMptcpState() == MptcpState.Mptcp ? "MPTCP" : "TCP", way.Connect);
            return new RouteListener(socket, logger);
        }
        catch (SocketException e)
        {
            throw new IOException($"{route.Section}:{nameof(MptcpGatewayRouteOptions.Listen)}: cannot listen on {way.Listen.EndPoint}: {e.Message}", e);
        }
    }

    /// <summary>Sets the route of the next clients.</summary>
    internal void Use(RouteState state, Way way) => _way = new ActiveWay(state, way);

    /// <summary>Stops accepting. Existing connections continue.</summary>
    internal void Stop() => _stop.Cancel();

    /// <summary>Accepts until it is stopped. Then waits until the last connection has ended or is aborted.</summary>
    internal async Task RunAsync(CancellationToken stop, CancellationToken abort)
    {
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(stop, _stop.Token);
        try
        {
            while (true)
                await BeginAsync(await AcceptAsync(stopping.Token).ConfigureAwait(false), stopping.Token, abort).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            socket.Dispose(); // new clients are refused
        }

        await Task.WhenAll(Relays()).ConfigureAwait(false);
    }

    public void Dispose()
    {
        socket.Dispose();
        _stop.Dispose();
    }

    async ValueTask<Socket> AcceptAsync(CancellationToken stop)
    {
        while (true)
        {
            try
            {
                return await socket.AcceptAsync(stop).ConfigureAwait(false);
            }
            catch (SocketException e)
            {
                Log.NotAccepted(logger, Way.State.Route.Name, e.SocketErrorCode);
                if (e.SocketErrorCode != SocketError.ConnectionAborted) // for example, too many descriptors until other connections have ended
                    await Task.Delay(s_pauseAfterError, stop).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Relays a client once there is room. Until then, further clients wait in the kernel.</summary>
    async ValueTask BeginAsync(Socket client, CancellationToken stop, CancellationToken abort)
    {
        ActiveWay way = Way;
        SemaphoreSlim room = way.State.Room;
        try
        {
            await room.WaitAsync(stop).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            client.LingerState = Relay.Reset; // closing without a reset would look like the end of the server's answer
            client.Dispose();
            throw;
        }

        MptcpTelemetry.RecordAccepted(client);
        Task relay = RelayAsync();
        lock (_relays)
            _relays.Add(relay);

        _ = relay.ContinueWith(Forget, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);

        async Task RelayAsync()
        {
            try
            {
                await new Relay(way.State.Route, way.Way.Connect, client, way.State.Statistics, logger).RunAsync(abort).ConfigureAwait(false);
            }
            finally
            {
                room.Release();
            }
        }
    }

    void Forget(Task relay)
    {
        if (relay.Exception is { } unexpected)
            Log.Failed(logger, unexpected, Way.State.Route.Name);

        lock (_relays)
            _relays.Remove(relay);
    }

    Task[] Relays()
    {
        lock (_relays)
            return [.. _relays];
    }
}
