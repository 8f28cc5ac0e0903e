namespace Mptcp.Dashboard.Feed;

/// <summary>Samples the host once a second, from the first request until five seconds after the last one. Otherwise, it does nothing.</summary>
sealed class DashboardFeed : IAsyncDisposable
{
    static readonly TimeSpan s_second = TimeSpan.FromSeconds(1), s_watched = TimeSpan.FromSeconds(5);

    readonly Lock _lock = new();
    readonly CancellationTokenSource _end = new();
    readonly IHostSource _source;
    readonly TimeProvider _clock;
    readonly long _start;
    readonly RelayStore _relays = new();
    TaskCompletionSource<Sample> _latest = new();
    Task _sampling = Task.CompletedTask;
    bool _isSampling;
    long _watchedAt;

    public DashboardFeed(IHostSource source, TimeProvider clock)
    {
        (_source, _clock, _start) = (source, clock, clock.GetTimestamp());
        History = new HistoryStore(Log);
    }

    internal EventLog Log { get; } = new();

    internal HistoryStore History { get; }

    /// <summary>Returns the latest sample, and keeps the sampling going.</summary>
    internal Task<Sample> WatchAsync()
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_end.IsCancellationRequested, this);
            _watchedAt = _clock.GetTimestamp();
            if (!_isSampling)
            {
                _isSampling = true;
                _latest = new TaskCompletionSource<Sample>(TaskCreationOptions.RunContinuationsAsynchronously);
                Task before = _sampling;
                _sampling = Task.Run(() => SampleAsync(before));
            }

            return _latest.Task;
        }
    }

    public async ValueTask DisposeAsync()
    {
        lock (_lock)
            _end.Cancel();

        await _sampling.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _end.Dispose();
    }

    /// <summary>Ends with an exception only after it has given it to those who wait, and to those who come before the next attempt.</summary>
    async Task SampleAsync(Task before)
    {
        await before.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing); // its reader may not be closed yet
        try
        {
            await using IHostReader reader = _source.Open(Log);
            using var timer = new PeriodicTimer(s_second, _clock);
            do
            {
                Publish(Take(reader));
            }
            while (await timer.WaitForNextTickAsync(_end.Token) && IsWatched());
        }
        catch (Exception e)
        {
            Fail(e);
            throw;
        }
    }

    Sample Take(IHostReader reader)
    {
        TimeSpan at = _clock.GetElapsedTime(_start); // the reader lists connections first, and other things may take long
        HostReading reading = reader.Read();
        DateTimeOffset time = _clock.GetUtcNow();
        ConnectionView[] connections = History.Add(reading.Connections, at, time, reader.NoEvents is not null);
        connections = _relays.AddTo(connections, reading.Relays, at);
        return new Sample(time, (long)at.TotalSeconds, reading, connections, reader.NoEvents);
    }

    void Publish(Sample sample)
    {
        lock (_lock)
        {
            if (!_latest.TrySetResult(sample))
                (_latest = new TaskCompletionSource<Sample>()).SetResult(sample);
        }
    }

    void Fail(Exception e)
    {
        lock (_lock)
        {
            _isSampling = false;
            if (!_latest.TrySetException(e))
                _latest = new TaskCompletionSource<Sample>();
        }
    }

    bool IsWatched()
    {
        lock (_lock)
            return _isSampling = _clock.GetElapsedTime(_watchedAt) < s_watched;
    }
}
