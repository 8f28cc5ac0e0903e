using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Mptcp.Gateway.Configuration;
using Mptcp.Gateway.Protocols;
using Mptcp.Gateway.Telemetry;
using Mptcp.Sockets;
using Mptcp.Sockets.Relays;

namespace Mptcp.Gateway.Relaying;

/// <summary>One client's connection and the one to the server that belongs to it.</summary>
sealed class Relay(ActiveWay way, Socket client, ILogger logger)
{
    readonly Route _route = way.State.Route;
    readonly RouteStatistics _statistics = way.State.Statistics;
    Socket? _server;
    IPEndPoint? _source;
    Backend? _backend;
    byte[] _refusal = [];
    long _toServer;
    long _toClient;
    volatile bool _hasEndedToServer;
    volatile bool _hasEndedToClient;

    /// <summary>Gets whether the connection was cut off before the server has sent anything.</summary>
    internal bool EndedUnanswered { get; private set; }

    /// <summary>Describes both sides; <see langword="null"/> before the server is connected, and after the end.</summary>
    internal RelayedConnection? Describe()
    {
        try
        {
            return _server is { } server && RelaySockets.SideOf(client) is { } near && RelaySockets.SideOf(server) is { } far
                ? new RelayedConnection(
                    _route.Name, _source ?? near.Remote, near, far, Interlocked.Read(ref _toServer), Interlocked.Read(ref _toClient))
                : null;
        }
        catch (ObjectDisposedException)
        {
            return null; // it has just ended
        }
    }

    /// <summary>Ends when the connection has ended, however; both sockets are closed then.</summary>
    internal async Task RunAsync(CancellationToken abort)
    {
        _statistics.Opened();
        using GatewaySpan? span = GatewaySpan.TryStart(_route.Name, client);
        Outcome outcome = Outcome.Aborted;
        try
        {
            outcome = await RunToOutcomeAsync(abort).ConfigureAwait(false);
            await AnswerRefusalAsync(abort).ConfigureAwait(false);
        }
        finally
        {
            try
            {
                span?.End(outcome, client, _server);
                Close(outcome);
            }
            finally
            {
                EndedUnanswered = outcome is Outcome.Reset or Outcome.Idle && _server is not null && _toClient == 0;
                _backend?.End();
                _statistics.Closed(outcome);
            }
        }
    }

    async Task<Outcome> RunToOutcomeAsync(CancellationToken abort)
    {
        if (RelaySockets.PeerOf(client) is not { } peer)
            return Outcome.Reset; // while it waited to be accepted

        try
        {
            Beginning? beginning = await BeginAsync(peer, abort).ConfigureAwait(false);
            return beginning is null ? Outcome.ConnectFailed : await PumpAsync(_server!, beginning, abort).ConfigureAwait(false);
        }
        catch (RefusedException e)
        {
            Log.Refused(logger, _route.Name, peer, e.Message);
            _refusal = e.Answer;
            return Outcome.Refused;
        }
        catch (OperationCanceledException) when (abort.IsCancellationRequested)
        {
            return Outcome.Aborted;
        }
    }

    /// <summary>Connects to the server that the client's opening asks for; <see langword="null"/> if that fails.</summary>
    async ValueTask<Beginning?> BeginAsync(IPEndPoint peer, CancellationToken abort)
    {
        Opening opening = Opening.TryCreate(_route, client, peer) ?? await ReadOpeningAsync(peer, abort).ConfigureAwait(false);
        _source = opening.Header?.Source;
        if (!await ConnectAsync(opening, abort).ConfigureAwait(false))
            return null;

        if (logger.IsEnabled(LogLevel.Debug))
            LogOpened(opening, peer);

        byte[] header = _route.SendProxyProtocol is { } version ? opening.ToServer(client, peer).ToBytes(version) : [];
        return new Beginning(header, opening);
    }

    async ValueTask<Opening> ReadOpeningAsync(IPEndPoint peer, CancellationToken abort)
    {
        using var reading = CancellationTokenSource.CreateLinkedTokenSource(abort);
        reading.CancelAfter(_route.HeaderTimeout);
        try
        {
            return await Opening.ReadAsync(_route, client, peer, reading.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!abort.IsCancellationRequested)
        {
            throw new RefusedException($"Its header or request was not complete within {_route.HeaderTimeout}.");
        }
        catch (SocketException e)
        {
            throw new RefusedException($"It was cut off before its header or request was complete: {e.SocketErrorCode}.");
        }
    }

    async ValueTask<bool> ConnectAsync(Opening opening, CancellationToken abort)
    {
        try
        {
            if (opening.Target is { } target)
                _server = await way.State.Destinations.ConnectAsync(target, abort).ConfigureAwait(false);
            else
                (_server, _backend) = await way.Backends!.ConnectAsync(abort).ConfigureAwait(false);

            return true;
        }
        catch (SocketException e)
        {
            if (opening.Target?.ToText() is { } target) // otherwise, the pool logs the failure of each server
                Log.ConnectFailed(logger, _route.Name, target, e.Message);

            _refusal = opening.Request?.Failed(e.SocketErrorCode) ?? [];
            return false;
        }
        catch (RefusedException e) when (opening.Request is { } request)
        {
            throw new RefusedException(e.Message, request.Failed(ProxyFailure.NotAllowed));
        }
    }

    /// <summary>Both ways, until both have finished; when one fails, so does the other.</summary>
    async Task<Outcome> PumpAsync(Socket server, Beginning beginning, CancellationToken abort)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(abort);
        WaitNoLongerThanIdle();
        SocketException? failure = null;
        if (beginning.DataLength > 0)
            Moved(Direction.ToServer, beginning.DataLength);

        await Task.WhenAll(
            RunAsync(beginning.TakeToServer(), client, server, Direction.ToServer, beginning.MostFromClient),
            RunAsync(beginning.ToClient, server, client, Direction.ToClient, long.MaxValue)).ConfigureAwait(false);

        if (failure is not null)
        {
            Log.Reset(logger, _route.Name, failure.SocketErrorCode);
            return Outcome.Reset;
        }

        return !ending.IsCancellationRequested ? Outcome.Completed : abort.IsCancellationRequested ? Outcome.Aborted : Outcome.Idle;

        async Task RunAsync(ReadOnlyMemory<byte> first, Socket from, Socket to, Direction direction, long most)
        {
            bool hasFinished = false;
            try
            {
                if (direction == Direction.ToClient && beginning.HasOneAnswer)
                    first = await HttpAnswer.BeginAsync(from, to, Count, ending.Token).ConfigureAwait(false);

                await Pump.SendAsync(to, first, ending.Token).ConfigureAwait(false);
                first = default; // up to 32 KiB, which the connection would hold to its end
                await Pump.RunAsync(from, to, _route.BufferSize, most, Count, ending.Token).ConfigureAwait(false);
                await PassEndOnAsync(from, to, direction).ConfigureAwait(false);
                hasFinished = true;
            }
            catch (OperationCanceledException)
            {
                // The caller who cancelled it knows why.
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

            void Count(int count) => Moved(direction, count);
        }

        void Moved(Direction direction, int count)
        {
            Interlocked.Add(ref direction == Direction.ToServer ? ref _toServer : ref _toClient, count);
            _statistics.Moved(direction, count);
            WaitNoLongerThanIdle(); // either direction counts for both
        }

        void WaitNoLongerThanIdle()
        {
            if (_route.IdleTimeout != Timeout.InfiniteTimeSpan) // which would create a timer, too
                ending.CancelAfter(_route.IdleTimeout);
        }
    }

    /// <summary>Ends the stream to the receiver, unless the sender's end was a reset.</summary>
    async ValueTask PassEndOnAsync(Socket from, Socket to, Direction direction)
    {
        bool isToServer = direction == Direction.ToServer;
        if (!HasEnded(!isToServer) && await RelaySockets.IsResetAsync(from).ConfigureAwait(false) && !HasEnded(!isToServer))
            throw new SocketException((int)SocketError.ConnectionReset);

        // Before the call, so that the other direction does not take it for a reset.
        if (isToServer)
            _hasEndedToServer = true;
        else
            _hasEndedToClient = true;

        to.Shutdown(SocketShutdown.Send);
    }

    bool HasEnded(bool toServer) => toServer ? _hasEndedToServer : _hasEndedToClient;

    void LogOpened(Opening opening, IPEndPoint peer)
    {
        if (opening.Header is { Source: { } source } header)
            Log.OnBehalf(logger, _route.Name, peer, source, header.Destination!, ProxyTlvs.Describe(header.Tlvs.Span));

        IPEndPoint from = opening.Header?.Source ?? peer;
        Log.Opened(logger, _route.Name, from, client.GetMptcpState(), RelaySockets.PeerOf(_server!), _server!.GetMptcpState());
    }

    /// <summary>Tells a client of a proxy why it is not connected. The answer is short: the empty send buffer takes it at once.</summary>
    async ValueTask AnswerRefusalAsync(CancellationToken abort)
    {
        if (_refusal.Length == 0)
            return;

        try
        {
            await client.SendAsync(_refusal, CancellationToken.None).ConfigureAwait(false);
            await LingeringClose.WaitAsync(client, _route.HeaderTimeout, abort).ConfigureAwait(false);
        }
        catch (SocketException e)
        {
            Log.Reset(logger, _route.Name, e.SocketErrorCode);
        }
    }

    void Close(Outcome outcome)
    {
        bool reset = outcome != Outcome.Completed;
        try
        {
            if (logger.IsEnabled(LogLevel.Debug))
                Log.Closed(logger, _route.Name, outcome, _toServer, _toClient, client.GetMptcpState(), _server?.GetMptcpState());
        }
        finally
        {
            try
            {
                RelaySockets.Close(client, reset && _refusal.Length == 0);
            }
            finally
            {
                if (_server is not null)
                    RelaySockets.Close(_server, reset);
            }
        }
    }
}
