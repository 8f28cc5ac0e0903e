using System.Net.NetworkInformation;

namespace Mptcp.Dashboard.Feed;

/// <summary>
/// The paths of the last ten minutes. At most 12,000 paths have a history, of 4,800 bytes each: 55 MiB. Paths beyond that have rates, but no history. Thread-safe.
/// </summary>
sealed class HistoryStore(EventLog log)
{
    internal const int MostHistories = 12_000;

    const int QuietAfter = 2;

    readonly Lock _lock = new();
    readonly Dictionary<PathKey, TrackedPath> _paths = [];
    readonly Dictionary<uint, List<TrackedPath>> _connections = [];
    long _look;
    int _histories;

    /// <summary>Takes over a reading of all connections.</summary>
    /// <param name="connections">The connections.</param>
    /// <param name="at">The time of the reading, on a clock that nobody sets.</param>
    /// <param name="time">The time of the reading, for the log.</param>
    /// <param name="logPaths">Whether to log paths that came and went, because the kernel reports no events.</param>
    internal ConnectionView[] Add(IReadOnlyList<ConnectionReading> connections, TimeSpan at, DateTimeOffset time, bool logPaths)
    {
        lock (_lock)
        {
            long second = (long)at.TotalSeconds;
            Remove(path => path.LastSecond <= second - PathHistory.Length || (path.History is null && path.LastLook < _look)); // short connections leave nothing
            if (_histories == MostHistories)
                Remove(path => path.LastLook < _look);

            _look++;
            ConnectionView[] views = [.. connections.Select(connection => Add(connection, at, second, time, logPaths))];
            if (logPaths)
                LogLost(time);

            return views;
        }
    }

    /// <summary>Returns the paths of a connection in the last ten minutes, with their points since a second.</summary>
    internal (PathView Path, PathPoint[] Points)[] Read(uint token, long first, int count)
    {
        lock (_lock)
        {
            long last = first + count - 1;
            return [.. (_connections.GetValueOrDefault(token) ?? []).Select(path => (View(path, last), path.History?.Copy(first, count) ?? new PathPoint[count]))];
        }
    }

    ConnectionView Add(ConnectionReading connection, TimeSpan at, long second, DateTimeOffset time, bool logPaths)
    {
        foreach (PathReading reading in connection.Paths ?? [])
            Track(reading, at, second, time, logPaths);

        TrackedPath[] paths = [.. (connection.Paths ?? []).Select(reading => _paths[reading.Key])];
        bool carriesData = Array.Exists(paths, path => path.SendRate > 0 || path.ReceiveRate > 0);
        foreach (TrackedPath path in paths)
            SetStatus(path, StatusOf(path, carriesData, second), second, time);

        return new ConnectionView(connection, [.. paths.Select(path => View(path, second))]);
    }

    void Track(PathReading reading, TimeSpan at, long second, DateTimeOffset time, bool logPaths)
    {
        if (!_paths.TryGetValue(reading.Key, out TrackedPath? path))
        {
            if (!_connections.TryGetValue(reading.Key.Token, out List<TrackedPath>? others))
                _connections[reading.Key.Token] = others = [];

            _paths[reading.Key] = path = new TrackedPath(reading, others is [.., var last] ? last.Number + 1 : 1, second);
            others.Add(path);
            if (logPaths)
                log.Add(new LogEntry(time, reading.Key.Token, LogKind.Joined, $"path over {reading.Interface} was found"));
        }
        else if (path.History is null && _histories < MostHistories)
        {
            // Only now, so that short connections cost nothing.
            path.History = new PathHistory();
            _histories++;
        }

        path.Add(reading, at, _look);
    }

    static PathStatus StatusOf(TrackedPath path, bool connectionCarriesData, long second) => path switch
    {
        { Reading.State: not TcpState.Established } => PathStatus.NotEstablished,
        { IsUnanswered: true } => PathStatus.Unanswered,
        { SendRate: > 0 } or { ReceiveRate: > 0 } => PathStatus.InUse,
        { Reading.IsBackup: true } => PathStatus.Backup,
        { IsMeasured: false } => PathStatus.Unmeasured,
        _ when connectionCarriesData && second - path.LastDataSecond >= QuietAfter => PathStatus.Quiet,
        _ => PathStatus.Idle,
    };

    void SetStatus(TrackedPath path, PathStatus status, long second, DateTimeOffset time)
    {
        (LogKind Kind, string Text)? news = status switch
        {
            PathStatus.Unanswered when path.Status != PathStatus.Unanswered => (LogKind.Stalled, "peer does not answer over"),
            PathStatus.Quiet when !path.IsStalled => (LogKind.Stalled, $"no data for {second - path.LastDataSecond} s over"),
            PathStatus.InUse when path.IsStalled => (LogKind.Recovered, "data again over"),
            _ => null,
        };
        path.Status = status;
        if (news is not { } changed)
            return;

        path.IsStalled = changed.Kind == LogKind.Stalled;
        log.Add(new LogEntry(time, path.Reading.Key.Token, changed.Kind, $"{changed.Text} {path.Reading.Interface}"));
    }

    PathView View(TrackedPath path, long second) => path.LastLook < _look
        ? new PathView(path.Reading, path.Number, PathStatus.Gone, 0, 0, second - path.LastDataSecond)
        : new PathView(path.Reading, path.Number, path.Status, path.SendRate, path.ReceiveRate, second - path.LastDataSecond);

    void LogLost(DateTimeOffset time)
    {
        foreach (TrackedPath path in _paths.Values.Where(path => path.LastLook < _look && path.Status != PathStatus.Gone))
        {
            path.Status = PathStatus.Gone;
            log.Add(new LogEntry(time, path.Reading.Key.Token, LogKind.Lost, $"path over {path.Reading.Interface} is gone"));
        }
    }

    void Remove(Predicate<TrackedPath> isOld)
    {
        foreach (TrackedPath path in _paths.Values.Where(path => isOld(path)).ToArray())
        {
            _paths.Remove(path.Reading.Key);
            _histories -= path.History is null ? 0 : 1;
            List<TrackedPath> connection = _connections[path.Reading.Key.Token];
            connection.Remove(path);
            if (connection.Count == 0)
                _connections.Remove(path.Reading.Key.Token);
        }
    }
}
