using System.Diagnostics;

namespace Contestant;

/// <summary>Downloads repeatedly with an HttpClient. Records the longest time without a byte, and the failures. A failed request is repeated.</summary>
/// <param name="sockets">Connects.</param>
/// <param name="url">The URL to download.</param>
/// <param name="patience">The time limit of one download.</param>
sealed class Downloads(ISockets sockets, Uri url, TimeSpan patience)
{
    static readonly TimeSpan s_pause = TimeSpan.FromSeconds(0.1); // before a failed request is repeated

    readonly byte[] _buffer = new byte[64 * 1024];
    TaskCompletionSource _firstByte = NewFirstByte();
    long _bytes;
    long _lastByteAt;
    TimeSpan _longestStall;
    int _failed;

    internal async Task RunAsync(Stint stint)
    {
        do
        {
            await RunOnceAsync(stint);
            (_firstByte, _failed) = (NewFirstByte(), 0);
        }
        while (Console.ReadLine() is not null);
    }

    /// <summary>Measures new connections.</summary>
    async Task RunOnceAsync(Stint stint)
    {
        using var handler = new SocketsHttpHandler { UseProxy = false };
        sockets.Configure(handler);
        using var client = new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
        using var over = new CancellationTokenSource();
        Task downloads = DownloadAsync(client, over.Token);
        await Task.WhenAny(downloads, _firstByte.Task); // further paths are opened only after the first byte
        await Task.WhenAny(downloads, Task.Delay(stint.WarmUp, CancellationToken.None));

        long bytesBefore = Interlocked.Read(ref _bytes), begun = Stopwatch.GetTimestamp();
        _longestStall = TimeSpan.Zero; // the thread that reads bytes sees it before the next byte, or at most one later
        Stint.Begin();
        await Task.WhenAny(downloads, Task.Delay(stint.Measured, CancellationToken.None));

        long bytes = Interlocked.Read(ref _bytes) - bytesBefore;
        TimeSpan elapsed = Stopwatch.GetElapsedTime(begun);
        await over.CancelAsync();
        await downloads;
        Stint.Say(("operations", bytes), ("seconds", elapsed.TotalSeconds), ("stall", _longestStall.TotalSeconds), ("failed", _failed));
    }

    async Task DownloadAsync(HttpClient client, CancellationToken over)
    {
        _lastByteAt = Stopwatch.GetTimestamp();
        while (!over.IsCancellationRequested)
        {
            try
            {
                await DownloadOnceAsync(client, over);
            }
            catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException && !over.IsCancellationRequested)
            {
                _failed++;
                await Task.Delay(s_pause, CancellationToken.None);
            }
            catch (Exception e) when (e is HttpRequestException or IOException or OperationCanceledException)
            {
                NoteStall(); // the last stall lasts until the end
                return;
            }
        }
    }

    async Task DownloadOnceAsync(HttpClient client, CancellationToken over)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(over);
        ended.CancelAfter(patience);
        using HttpResponseMessage response = await client.GetAsync(url, HttpCompletionOption.ResponseHeadersRead, ended.Token);
        response.EnsureSuccessStatusCode();
        await using Stream body = await response.Content.ReadAsStreamAsync(ended.Token);
        int count;
        while ((count = await body.ReadAsync(_buffer, ended.Token)) > 0)
        {
            NoteStall();
            _lastByteAt = Stopwatch.GetTimestamp();
            Interlocked.Add(ref _bytes, count);
            _firstByte.TrySetResult();
        }
    }

    static TaskCompletionSource NewFirstByte() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    void NoteStall()
    {
        TimeSpan stall = Stopwatch.GetElapsedTime(_lastByteAt);
        if (stall > _longestStall)
            _longestStall = stall;
    }
}
