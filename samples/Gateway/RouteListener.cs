using System.Net;
using System.Net.Sockets;
using Mptcp.Sockets;

namespace Gateway;

/// <summary>Takes the connections of one port, not more than the route allows at once, and relays each.</summary>
sealed class RouteListener(Route route, Socket socket, EndPoint target, SemaphoreSlim room, RouteStatistics statistics, ILogger logger) : IDisposable
{
    static readonly TimeSpan s_pauseAfterError = TimeSpan.FromMilliseconds(500);

    readonly HashSet<Task> _relays = [];

    /// <summary>Listens, or says which setting asks for what cannot be had.</summary>
    internal static RouteListener Open(Route route, IPEndPoint endPoint, EndPoint target, SemaphoreSlim room, RouteStatistics statistics, ILogger logger)
    {
        try
        {
            Socket socket = MptcpSocket.Listen(endPoint, route.ListenOptions);
            Log.Listening(logger, route.Name, socket.LocalEndPoint, socket.GetMptcpState() == MptcpState.Mptcp ? "MPTCP" : "TCP", target);
            return new RouteListener(route, socket, target, room, statistics, logger);
        }
        catch (SocketException e)
        {
            throw new ListenException($"{GatewayOptions.Section}:Routes:{route.Name}:{nameof(RouteOptions.Listen)}: cannot listen on {endPoint}: {e.Message}", e);
        }
    }

    /// <summary>Accepts until told to stop, then waits until the last connection has ended or is aborted.</summary>
    internal async Task RunAsync(CancellationToken stop, CancellationToken abort)
    {
        try
        {
            while (true)
                await BeginAsync(await AcceptAsync(stop), stop, abort);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            socket.Dispose(); // who comes now is refused
        }

        await Task.WhenAll(Relays());
    }

    public void Dispose() => socket.Dispose();

    async ValueTask<Socket> AcceptAsync(CancellationToken stop)
    {
        while (true)
        {
            try
            {
                return await socket.AcceptAsync(stop);
            }
            catch (SocketException e)
            {
                Log.NotAccepted(logger, route.Name, e.SocketErrorCode);
                if (e.SocketErrorCode != SocketError.ConnectionAborted) // too many descriptors, say, until others have ended
                    await Task.Delay(s_pauseAfterError, stop);
            }
        }
    }

    /// <summary>Relays it once there is room; until then, others wait in the kernel.</summary>
    async ValueTask BeginAsync(Socket client, CancellationToken stop, CancellationToken abort)
    {
        try
        {
            await room.WaitAsync(stop);
        }
        catch (OperationCanceledException)
        {
            client.LingerState = Relay.Reset; // an end, which closing would send, would be taken for the server's answer
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
                await new Relay(route, target, client, statistics, logger).RunAsync(abort);
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
            Log.Failed(logger, unexpected, route.Name);

        lock (_relays)
            _relays.Remove(relay);
    }

    Task[] Relays()
    {
        lock (_relays)
            return [.. _relays];
    }
}
