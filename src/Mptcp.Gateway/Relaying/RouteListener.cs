using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Mptcp.Gateway.Telemetry;
using Mptcp.Sockets;
using Mptcp.Sockets.Relays;

namespace Mptcp.Gateway.Relaying;

/// <summary>Accepts the connections of listening sockets, not more than the route allows at once, and relays each.</summary>
sealed class RouteListener : IDisposable
{
    internal static readonly TimeSpan PauseAfterSilence = TimeSpan.FromSeconds(5);

    static readonly TimeSpan s_pauseAfterError = TimeSpan.FromMilliseconds(500);

    readonly IReadOnlyList<Socket> _sockets;
    readonly IPEndPoint[] _endPoints;
    readonly OwnListeners _own;
    readonly ILogger _logger;
    readonly CancellationTokenSource _stop = new();
    readonly Dictionary<Relay, Task> _relays = [];
    volatile ActiveWay? _way;

    /// <summary>Takes over listening sockets.</summary>
    internal RouteListener(IReadOnlyList<Socket> sockets, OwnListeners own, ILogger logger)
    {
        (_sockets, _own, _logger) = (sockets, own, logger);
        _endPoints = [.. sockets.Select(socket => (IPEndPoint)socket.LocalEndPoint!)];
        foreach (IPEndPoint endPoint in _endPoints)
            own.Add(endPoint);
    }

    ActiveWay Way => _way ?? throw new InvalidOperationException("The listener has no route yet.");

    /// <summary>Sets what happens to the clients that come from now on.</summary>
    internal void Use(ActiveWay way) => _way = way;

    /// <summary>Stops accepting. The connections go on.</summary>
    internal void Stop() => _stop.Cancel();

    /// <summary>Accepts until told to stop, then waits until the last connection has ended or is aborted.</summary>
    internal async Task RunAsync(CancellationToken stop, CancellationToken abort)
    {
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(stop, _stop.Token);
        await Task.WhenAll(_sockets.Select(socket => AcceptAllAsync(socket, stopping.Token, abort))).ConfigureAwait(false);
        foreach (IPEndPoint endPoint in _endPoints)
            _own.Remove(endPoint);

        await Task.WhenAll(Relays()).ConfigureAwait(false);
    }

    /// <summary>Describes the connections that have both sides.</summary>
    internal IEnumerable<RelayedConnection> DescribeRelays()
    {
        Relay[] relays;
        lock (_relays)
            relays = [.. _relays.Keys];

        return relays.Select(relay => relay.Describe()).OfType<RelayedConnection>();
    }

    public void Dispose()
    {
        foreach (Socket socket in _sockets)
            socket.Dispose();

        _stop.Dispose();
    }

    async Task AcceptAllAsync(Socket socket, CancellationToken stop, CancellationToken abort)
    {
        try
        {
            while (true)
                await BeginAsync(await AcceptAsync(socket, stop).ConfigureAwait(false), stop, abort).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            socket.Dispose(); // who comes now is refused
        }
    }

    async ValueTask<Socket> AcceptAsync(Socket socket, CancellationToken stop)
    {
        while (true)
        {
            try
            {
                return await socket.AcceptAsync(stop).ConfigureAwait(false);
            }
            catch (SocketException e)
            {
                Log.NotAccepted(_logger, Way.State.Route.Name, e.SocketErrorCode);
                if (e.SocketErrorCode != SocketError.ConnectionAborted) // for example too many descriptors, until others are closed
                    await Task.Delay(s_pauseAfterError, stop).ConfigureAwait(false);
            }
        }
    }

    /// <summary>Relays it once there is room; until then, others wait in the kernel.</summary>
    async ValueTask BeginAsync(Socket client, CancellationToken stop, CancellationToken abort)
    {
        ActiveWay way = Way;
        if (!way.State.Room.Wait(0, CancellationToken.None) && !await GetsRoomAsync(way.State, client, stop).ConfigureAwait(false))
            return;

        MptcpTelemetry.RecordAccepted(client);
        var relay = new Relay(way, client, _logger);
        Task relaying = RelayAsync(relay, way, abort);
        lock (_relays)
            _relays.Add(relay, relaying);

        _ = relaying.ContinueWith(
            ended => Forget(relay, ended), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    /// <summary>Waits for room. Resets the client if there is none in time: an end of its stream would look like the server's answer.</summary>
    async ValueTask<bool> GetsRoomAsync(RouteState state, Socket client, CancellationToken stop)
    {
        bool hasRoom = false, isThere = false;
        try
        {
            hasRoom = await state.Room.WaitAsync(state.Route.ConnectTimeout, stop).ConfigureAwait(false);
            if (!hasRoom)
                Log.NoRoom(_logger, state.Route.Name, state.Route.MaxConnections, state.Route.ConnectTimeout);

            isThere = hasRoom && !RelaySockets.HasFailed(client); // or it was reset while it waited
            return isThere;
        }
        finally
        {
            if (hasRoom && !isThere)
                state.Room.Release();

            if (!isThere)
                RelaySockets.Close(client, reset: true);
        }
    }

    static async Task RelayAsync(Relay relay, ActiveWay way, CancellationToken abort)
    {
        try
        {
            await relay.RunAsync(abort).ConfigureAwait(false);
        }
        finally
        {
            if (relay.EndedUnanswered && way.State.Room.CurrentCount == 0)
                _ = ReleaseLaterAsync(way.State.Room);
            else
                way.State.Room.Release();
        }
    }

    /// <summary>
    /// A loop through another gateway fills the route. If the first connection of the loop ends, this pause gives the end time to reach the last
    /// one. Otherwise the loop would grow as fast as it ends, for ever. A route with room needs no pause.
    /// </summary>
    static async Task ReleaseLaterAsync(SemaphoreSlim room)
    {
        await Task.Delay(PauseAfterSilence).ConfigureAwait(false);
        room.Release();
    }

    void Forget(Relay relay, Task ended)
    {
        if (ended.Exception is { } unexpected)
            Log.Failed(_logger, unexpected, Way.State.Route.Name);

        lock (_relays)
            _relays.Remove(relay);
    }

    Task[] Relays()
    {
        lock (_relays)
            return [.. _relays.Values];
    }
}
