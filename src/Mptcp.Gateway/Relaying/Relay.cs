using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Mptcp.Gateway.Configuration;
using Mptcp.Gateway.Telemetry;
using Mptcp.Sockets;

namespace Mptcp.Gateway.Relaying;

/// <summary>The connection of one client, and its connection to the server.</summary>
sealed class Relay(Route route, EndPoint target, Socket client, RouteStatistics statistics, ILogger logger)
{
    Socket? _server;
    long _toServer;
    long _toClient;

    /// <summary>With this option, closing sends a reset; over MPTCP, a fast close.</summary>
    internal static LingerOption Reset { get; } = new(enable: true, seconds: 0);

    /// <summary>Runs until the connection has ended in any way. Both sockets are closed then.</summary>
    internal async Task RunAsync(CancellationToken abort)
    {
        statistics.Opened();
        Outcome outcome = Outcome.Aborted;
        try
        {
            outcome = await RunToOutcomeAsync(abort).ConfigureAwait(false);
        }
        finally
        {
            try
            {
                Close(outcome);
            }
            finally
            {
                statistics.Closed(outcome);
            }
        }
    }

    async Task<Outcome> RunToOutcomeAsync(CancellationToken abort)
    {
        try
        {
            _server = await ConnectAsync(abort).ConfigureAwait(false);
        }
        catch (Exception e) when (e is SocketException or OperationCanceledException)
        {
            if (abort.IsCancellationRequested)
                return Outcome.Aborted;

            Log.ConnectFailed(logger, route.Name, target, e is SocketException ? e.Message : $"no answer in {route.ConnectTimeout}");
            return Outcome.ConnectFailed;
        }

        if (logger.IsEnabled(LogLevel.Debug))
            Log.Opened(logger, route.Name, PeerOf(client), client.GetMptcpState(), PeerOf(_server), _server.GetMptcpState());

        return await PumpAsync(_server, abort).ConfigureAwait(false);
    }

    async Task<Socket> ConnectAsync(CancellationToken abort)
    {
        using var connecting = CancellationTokenSource.CreateLinkedTokenSource(abort);
        connecting.CancelAfter(route.ConnectTimeout);
        return await route.Connector.ConnectAsync(target, connecting.Token).ConfigureAwait(false);
    }

    /// <summary>Moves bytes in both directions, until both have finished. If one fails, so does the other.</summary>
    async Task<Outcome> PumpAsync(Socket server, CancellationToken abort)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(abort);
        ending.CancelAfter(route.IdleTimeout);
        SocketException? failure = null;
        await Task.WhenAll(
            RunAsync(client, server, Direction.ToServer),
            RunAsync(server, client, Direction.ToClient)).ConfigureAwait(false);

        if (failure is not null)
        {
            Log.Reset(logger, route.Name, failure.SocketErrorCode);
            return Outcome.Reset;
        }

        return !ending.IsCancellationRequested ? Outcome.Completed : abort.IsCancellationRequested ? Outcome.Aborted : Outcome.Idle;

        async Task RunAsync(Socket from, Socket to, Direction direction)
        {
            bool hasFinished = false;
            try
            {
                await Pump.RunAsync(from, to, route.BufferSize, count => Moved(direction, count), ending.Token).ConfigureAwait(false);
                hasFinished = true;
            }
            catch (OperationCanceledException)
            {
                // The code that cancelled it knows why.
            }
            catch (SocketException e)
            {
                Interlocked.CompareExchange(ref failure, e, null);
            }
            finally
            {
                if (!hasFinished)
                    await ending.CancelAsync().ConfigureAwait(false);
            }
        }

        void Moved(Direction direction, int count)
        {
            Interlocked.Add(ref direction == Direction.ToServer ? ref _toServer : ref _toClient, count);
            statistics.Moved(direction, count);
            ending.CancelAfter(route.IdleTimeout); // activity in either direction counts
        }
    }

    /// <summary>Returns null if the peer is gone already.</summary>
    static EndPoint? PeerOf(Socket socket)
    {
        try
        {
            return socket.RemoteEndPoint;
        }
        catch (SocketException)
        {
            return null;
        }
    }

    void Close(Outcome outcome)
    {
        try
        {
            if (logger.IsEnabled(LogLevel.Debug))
                Log.Closed(logger, route.Name, outcome, _toServer, _toClient, client.GetMptcpState(), _server?.GetMptcpState());
        }
        finally
        {
            try
            {
                Close(client, outcome);
            }
            finally
            {
                if (_server is not null)
                    Close(_server, outcome);
            }
        }
    }

    static void Close(Socket socket, Outcome outcome)
    {
        try
        {
            if (outcome != Outcome.Completed)
                socket.LingerState = Reset;
        }
        finally
        {
            socket.Dispose();
        }
    }
}
