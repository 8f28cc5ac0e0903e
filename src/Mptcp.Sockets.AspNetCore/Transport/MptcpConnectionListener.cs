using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;

namespace Mptcp.Sockets.AspNetCore.Transport;

/// <summary>An endpoint that listens. What it accepts is counted; when it is reloaded, its socket stays for its successor.</summary>
sealed class MptcpConnectionListener(ListenSource source, IPEndPoint requested, Succession succession, ListenSource? former = null) : IConnectionListener
{
    /// <summary>
    /// How long, in a reload, a connection that was just accepted has for its first request. Kestrel closes those on which it is waiting for one, right after
    /// unbinding; a client that has only just connected would take that for a failure.
    /// </summary>
    static readonly TimeSpan s_graceForTheFirstRequest = TimeSpan.FromMilliseconds(500);

    readonly TaskCompletionSource _unbound = new(TaskCreationOptions.RunContinuationsAsynchronously);
    readonly Task _formerDrained = former is null ? Task.CompletedTask : succession.StopOnceDrainedAsync(former);
    bool _isFormerClosed;
    long _lastAccepted;
    Succession.Kept? _kept;

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
            Count(connection);
            return connection;
        }
    }

    public async ValueTask UnbindAsync(CancellationToken cancellationToken = default)
    {
        bool isReload = succession.IsReload(cancellationToken);
        if (isReload) // twice within seconds: first the former socket is done with
            await _formerDrained.WaitAsync(cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

        _unbound.TrySetResult();
        if (former is not null)
            await former.StopAsync().ConfigureAwait(false);

        _kept = isReload ? succession.TryKeep(requested, source) : null;
        if (_kept is null)
        {
            await source.StopAsync().ConfigureAwait(false);
            return;
        }

        TimeSpan rest = s_graceForTheFirstRequest - TimeSpan.FromMilliseconds(Environment.TickCount64 - _lastAccepted);
        if (_lastAccepted != 0 && rest > TimeSpan.Zero)
            await Task.Delay(rest, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public async ValueTask DisposeAsync()
    {
        if (former is not null)
            await former.DisposeAsync().ConfigureAwait(false);

        if (_kept is not null)
            succession.CloseUnlessTakenOver(_kept);
        else
            await source.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>The socket at which somebody is; null once this endpoint does not listen any more, whoever is there then being the successor's.</summary>
    async ValueTask<ListenSource?> WaitAsync()
    {
        Task here = source.AcceptAsync();
        Task? there = _isFormerClosed ? null : former?.AcceptAsync();
        if (!here.IsCompleted && there?.IsCompleted != true)
        {
            await (there is null ? Task.WhenAny(here, _unbound.Task) : Task.WhenAny(here, there, _unbound.Task)).ConfigureAwait(false);
        }

        if (_unbound.Task.IsCompleted)
            return null;

        return there?.IsCompleted == true ? former : source;
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
            // It was reset while it waited, and Kestrel has closed it by now.
        }
    }
}
