using System.Net;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Mptcp.Sockets.AspNetCore.Transport;

/// <summary>
/// Sockets of endpoints that are being reloaded. Kestrel stops an endpoint, waits up to 5 s for its connections, and only then binds the new one: meanwhile
/// the socket goes on listening, so that clients are not refused but wait in the kernel.
/// </summary>
sealed class Succession(EndpointModes modes, IHostApplicationLifetime lifetime, ILogger logger) : IDisposable
{
    /// <summary>After the last connection was closed, when Kestrel binds at once. Without a successor the reload has failed.</summary>
    static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);

    /// <summary>A SYN+ACK is repeated after 1 s, and then the client has answered it.</summary>
    static readonly TimeSpan s_handshakes = TimeSpan.FromSeconds(2);

    readonly Lock _lock = new();
    readonly Dictionary<IPEndPoint, Kept> _kept = [];
    readonly CancellationTokenSource _disposed = new();

    /// <summary>Null where no successor is to be expected: the configuration, which is the new one by now, has the end point no more.</summary>
    internal Kept? TryKeep(IPEndPoint requested, ListenSource source)
    {
        if (requested.Port == 0 || !modes.MayStay(requested))
            return null;

        var kept = new Kept(requested, source);
        lock (_lock)
            return !_disposed.IsCancellationRequested && _kept.TryAdd(requested, kept) ? kept : null;
    }

    internal ListenSource? Take(IPEndPoint requested)
    {
        lock (_lock)
            return _kept.Remove(requested, out Kept? kept) ? kept.Source : null;
    }

    internal void CloseUnlessTakenOver(Kept kept) => _ = WaitAndCloseAsync(kept);

    /// <summary>
    /// Closes a socket whose successor speaks another protocol, once nobody can wait there any more: the kernel gives it no new connections, and the handshakes that
    /// were under way have ended, also those of which a packet was lost.
    /// </summary>
    internal async Task StopOnceDrainedAsync(ListenSource former)
    {
        await Task.Delay(s_handshakes, _disposed.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        former.Socket.Dispose(); // its pending accept ends, and with it that it is waited for
    }

    internal bool IsReload(CancellationToken cancellationToken) =>
        !cancellationToken.IsCancellationRequested && !lifetime.ApplicationStopping.IsCancellationRequested;

    public void Dispose()
    {
        Kept[] left;
        lock (_lock)
        {
            _disposed.Cancel();
            left = [.. _kept.Values];
            _kept.Clear();
        }

        foreach (Kept kept in left)
            _ = CloseAsync(kept.Source);
    }

    async Task WaitAndCloseAsync(Kept kept)
    {
        await Task.Delay(s_patience, _disposed.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        lock (_lock)
        {
            if (!_kept.TryGetValue(kept.Requested, out Kept? present) || present != kept)
                return;

            _kept.Remove(kept.Requested);
        }

        Log.NotTakenOver(logger, kept.Requested, s_patience.TotalSeconds);
        await CloseAsync(kept.Source).ConfigureAwait(false);
    }

    internal static async Task CloseAsync(ListenSource source)
    {
        await source.StopAsync().ConfigureAwait(false);
        await source.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>One time of keeping: the same socket may be kept again before long.</summary>
    internal sealed class Kept(IPEndPoint requested, ListenSource source)
    {
        internal IPEndPoint Requested => requested;

        internal ListenSource Source => source;
    }
}
