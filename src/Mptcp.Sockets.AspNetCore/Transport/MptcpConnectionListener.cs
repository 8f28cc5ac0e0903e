using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace Mptcp.Sockets.AspNetCore.Transport;

/// <summary>The listener of an endpoint. It counts accepted connections. In a reload, it keeps its socket for the next listener.</summary>
sealed class MptcpConnectionListener(ListenSource source, IPEndPoint requested, SocketHandover handover, ListenSource? former = null) : IConnectionListener
{
    /// <summary>
    /// The time that a new connection has for its first request when a reload begins. Right after unbinding, Kestrel closes the
    /// connections without a request. A client that connected just before would see a failure.
    /// </summary>
    static readonly TimeSpan s_firstRequestGrace = TimeSpan.FromMilliseconds(500);

    readonly TaskCompletionSource _unbound = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly Task _formerDrained = former is null ? Task.CompletedTask : handover.StopOnceDrainedAsync(former);
    bool _isFormerClosed;
    long _lastAccepted;
    SocketHandover.KeptSocket? _kept;

    public EndPoint EndPoint => source.EndPoint;

    public async ValueTask<ConnectionContext?> AcceptAsync(CancellationToken cancellationToken = default)
    {
        while (true)
        {
            ListenSource? ready = await WaitAsync().ConfigureAwait(false);
            if (ready is null)
                return null;

            ConnectionContext? connection = await ready.TakeAsync().ConfigureAwait(false);
            if (connection is null && ready == source)
                return null;

            if (connection is null)
            {
                _isFormerClosed = true;
                continue;
            }

            _lastAccepted = Environment.TickCount64;
            connection.Features.Set(ready.Feature);
            Count(connection);
            return connection;
        }
    }

    public async ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        bool isReload = handover.IsReload(cancellationToken);
        if (isReload) // a second reload within seconds waits until the former socket is drained
            await _formerDrained.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

        _unbound.TrySetResult();
        if (former is not null)
            await former.StopAsync().ConfigureAwait(false);

        _kept = isReload ? handover.TryKeep(requested, source) : null;
        if (_kept is null)
        {
            await source.StopAsync().ConfigureAwait(false);
            return;
        }

        TimeSpan rest = s_firstRequestGrace - TimeSpan.FromMilliseconds(Environment.TickCount64 - _lastAccepted);
        if (_lastAccepted != 0 && rest > TimeSpan.Zero)
            await Task.Delay(rest, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public async ValueTask DisposeAsync()
    {
        if (former is not null)
            await former.DisposeAsync().ConfigureAwait(false);

        if (_kept is not null)
            handover.CloseUnlessTakenOver(_kept);
        else
            await source.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>
    /// Returns the socket at which a client waits, or null after unbinding. Waiting clients then belong to the next listener.
    /// </summary>
    async ValueTask<ListenSource?> WaitAsync()
    {
        Task current = source.AcceptAsync();
        Task? formerly = _isFormerClosed ? null : former?.AcceptAsync();
        if (!current.IsCompleted && formerly?.IsCompleted != true)
        {
            await (formerly is null ? Task.WhenAny(current, _unbound.Task) : Task.WhenAny(current, formerly, _unbound.Task)).ConfigureAwait(false);
        }

        if (_unbound.Task.IsCompleted)
            return null;

        return formerly?.IsCompleted == true ? former : source;
    }

    static void Count(ConnectionContext connection)
    {
        try
        {
            if (connection.Features.Get<IConnectionSocketFeature>() is { } feature)
                MptcpTelemetry.RecordAccepted(feature.Socket);
        }
        catch (ObjectDisposedException)
        {
            // The client reset the connection while it waited, and Kestrel has closed the socket.
        }
    }
}
