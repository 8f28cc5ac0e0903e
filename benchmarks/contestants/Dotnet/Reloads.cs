using System.Diagnostics;
using System.Net.Sockets;
using Mptcp.Sockets;

namespace Contestant;

/// <summary>
/// Measures what clients notice of a server's reloads: one uses MPTCP, one uses TCP, each with a new connection for each request, and one always has a slow
/// request pending.
/// </summary>
sealed class Reloads(Server server)
{
    static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(1); // before a refused client tries again

    readonly Lock _lock = new();
    int _served, _refused, _lost;
    TimeSpan _longest;

    /// <summary>The clients are the same for every server.</summary>
    internal static Task MeasureAsync(ISockets sockets, Server server, Stint stint) => new Reloads(server).MeasureAsync(stint);

    async Task MeasureAsync(Stint stint)
    {
        using var over = new CancellationTokenSource();
        Uri quick = server.Url("/"), slow = server.Url(ReloadingServer.Slow);
        Task[] clients =
        [
            Task.Run(() => AskAsync(new SocketsHttpHandler().UseMptcp(), quick, isSlow: false, over.Token)),
            Task.Run(() => AskAsync(new SocketsHttpHandler(), quick, isSlow: false, over.Token)),
            Task.Run(() => AskAsync(new SocketsHttpHandler(), slow, isSlow: true, over.Token)),
        ];
        await Task.WhenAny(Task.Delay(stint.WarmUp), Task.WhenAll(clients));
        lock (_lock)
        {
            (_served, _refused, _lost, _longest) = (0, 0, 0, TimeSpan.Zero);
        }

        long begun = Stopwatch.GetTimestamp();
        Stint.Begin();
        await Task.WhenAny(Task.Delay(stint.Measured), Task.WhenAll(clients));
        await over.CancelAsync();
        await Task.WhenAll(clients);
        TimeSpan elapsed = Stopwatch.GetElapsedTime(begun);
        Stint.Say(("operations", _served), ("seconds", elapsed.TotalSeconds), ("refused", _refused), ("lost", _lost), ("longest", _longest.TotalSeconds));
    }

    async Task AskAsync(SocketsHttpHandler handler, Uri url, bool isSlow, CancellationToken over)
    {
        handler.UseProxy = false;
        using var client = new HttpClient(handler);
        client.DefaultRequestHeaders.ConnectionClose = true;
        long begun = Stopwatch.GetTimestamp();
        while (!over.IsCancellationRequested)
        {
            try
            {
                await client.GetByteArrayAsync(url, CancellationToken.None);
                NoteServed(Stopwatch.GetElapsedTime(begun), isSlow);
                begun = Stopwatch.GetTimestamp();
            }
            catch (HttpRequestException e) when (IsRefused(e))
            {
                Interlocked.Increment(ref _refused);
                await Task.Delay(s_pause, CancellationToken.None);
            }
            catch (HttpRequestException)
            {
                Interlocked.Increment(ref _lost);
            }
        }
    }

    void NoteServed(TimeSpan wait, bool isSlow)
    {
        lock (_lock)
        {
            _served++;
            if (!isSlow && wait > _longest)
                _longest = wait;
        }
    }

    static bool IsRefused(Exception e) => e switch
    {
        SocketException socket => socket.SocketErrorCode == SocketError.ConnectionRefused,
        { InnerException: { } cause } => IsRefused(cause),
        _ => false,
    };
}
