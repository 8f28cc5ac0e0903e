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

    readonly Lock _lock = new();
    readonly Dictionary<IPEndPoint, ListenSource> _kept = [];
    readonly CancellationTokenSource _disposed = new();

    /// <summary>Only where a successor may be expected: the application goes on, and its configuration, which is the new one by now, has the end point.</summary>
    internal bool TryKeep(IPEndPoint requested, ListenSource source)
    {
        if (requested.Port == 0 || lifetime.ApplicationStopping.IsCancellationRequested || !modes.IsConfigured(requested))
            return false;

        lock (_lock)
            return !_disposed.IsCancellationRequested && _kept.TryAdd(requested, source);
    }

    internal ListenSource? Take(IPEndPoint requested)
    {
        lock (_lock)
            return _kept.Remove(requested, out ListenSource? source) ? source : null;
    }

    internal void CloseUnlessTakenOver(IPEndPoint requested, ListenSource source) => _ = WaitAndCloseAsync(requested, source);

    /// <summary>A socket whose successor speaks another protocol, once nobody can wait there any more: the handshakes under way have ended one way or another.</summary>
    internal void StopOnceDrained(ListenSource former) => _ = WaitAndStopAsync(former);

    public void Dispose()
    {
        ListenSource[] left;
        lock (_lock)
        {
            _disposed.Cancel();
            left = [.. _kept.Values];
            _kept.Clear();
        }

        foreach (ListenSource source in left)
            _ = CloseAsync(source);
    }

    async Task WaitAndCloseAsync(IPEndPoint requested, ListenSource source)
    {
        await Task.Delay(s_patience, _disposed.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        lock (_lock)
        {
            if (!_kept.TryGetValue(requested, out ListenSource? kept) || kept != source)
                return;

            _kept.Remove(requested);
        }

        Log.NotTakenOver(logger, requested, s_patience.TotalSeconds);
        await CloseAsync(source).ConfigureAwait(false);
    }

    async Task WaitAndStopAsync(ListenSource former)
    {
        await Task.Delay(s_patience, _disposed.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        former.Socket.Dispose(); // its pending accept ends, and with it that it is waited for
    }

    internal static async Task CloseAsync(ListenSource source)
    {
        await source.StopAsync().ConfigureAwait(false);
        await source.DisposeAsync().ConfigureAwait(false);
    }
}
