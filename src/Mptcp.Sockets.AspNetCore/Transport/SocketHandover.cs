using System.Net;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Mptcp.Sockets.AspNetCore.Transport;

/// <summary>
/// Keeps the sockets of endpoints during a reload. Kestrel stops an endpoint, waits up to 5 s for its connections, and then binds the new
/// one. The socket listens meanwhile, so that clients wait in the kernel and are not refused.
/// </summary>
sealed class SocketHandover(EndpointModes modes, IHostApplicationLifetime lifetime, ILogger logger) : IDisposable
{
    /// <summary>
    /// The time to wait for a new listener after the last connection is closed. Kestrel binds at once, unless the reload failed.
    /// </summary>
    static readonly TimeSpan s_takeOverTimeout = TimeSpan.FromSeconds(5);

    /// <summary>The time for pending handshakes. A lost SYN+ACK is repeated after 1 s.</summary>
    static readonly TimeSpan s_handshakeTimeout = TimeSpan.FromSeconds(2);

    readonly Lock _lock = new();
    readonly Dictionary<IPEndPoint, KeptSocket> _kept = [];
    readonly CancellationTokenSource _disposed = new();

    /// <summary>
    /// Keeps the socket for the next listener. Returns null if there will be none, because the new configuration lacks the end point.
    /// </summary>
    internal KeptSocket? TryKeep(IPEndPoint requested, ListenSource source)
    {
        if (requested.Port == 0 || !modes.MayKeepSocket(requested))
            return null;

        var kept = new KeptSocket(requested, source);
        lock (_lock)
            return !_disposed.IsCancellationRequested && _kept.TryAdd(requested, kept) ? kept : null;
    }

    internal ListenSource? Take(IPEndPoint requested)
    {
        lock (_lock)
            return _kept.Remove(requested, out KeptSocket? kept) ? kept.Source : null;
    }

    internal void CloseUnlessTakenOver(KeptSocket kept) => _ = WaitAndCloseAsync(kept);

    /// <summary>
    /// Closes a socket that a socket of another protocol replaced, when no client can wait at it. The kernel gives it no new connections,
    /// and pending handshakes have ended, even those that lost a packet.
    /// </summary>
    internal async Task StopOnceDrainedAsync(ListenSource former)
    {
        await Task.Delay(s_handshakeTimeout, _disposed.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        former.Socket.Dispose(); // ends its pending accept, and the wait for it
    }

    internal bool IsReload(CancellationToken cancellationToken) =>
        !cancellationToken.IsCancellationRequested && !lifetime.ApplicationStopping.IsCancellationRequested;

    public void Dispose()
    {
        KeptSocket[] left;
        lock (_lock)
        {
            _disposed.Cancel();
            left = [.. _kept.Values];
            _kept.Clear();
        }

        foreach (KeptSocket kept in left)
            _ = CloseAsync(kept.Source);
    }

    async Task WaitAndCloseAsync(KeptSocket kept)
    {
        await Task.Delay(s_takeOverTimeout, _disposed.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        lock (_lock)
        {
            if (!_kept.TryGetValue(kept.Requested, out KeptSocket? present) || present != kept)
                return;

            _kept.Remove(kept.Requested);
        }

        Log.NotTakenOver(logger, kept.Requested, s_takeOverTimeout.TotalSeconds);
        await CloseAsync(kept.Source).ConfigureAwait(false);
    }

    internal static async Task CloseAsync(ListenSource source)
    {
        await source.StopAsync().ConfigureAwait(false);
        await source.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>A socket that is kept during one reload. The next reload may keep the same socket again.</summary>
    internal sealed class KeptSocket(IPEndPoint requested, ListenSource source)
    {
        internal IPEndPoint Requested => requested;

        internal ListenSource Source => source;
    }
}
