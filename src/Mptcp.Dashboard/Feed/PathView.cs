namespace Mptcp.Dashboard.Feed;

/// <summary>A path at one moment, with its rates since the last reading.</summary>
/// <param name="Reading">What the kernel reports.</param>
/// <param name="Number">The number of the path in its connection, from 1, which gives it its pattern and colour.</param>
/// <param name="Status">What the path does.</param>
/// <param name="SendRate">Bytes per second; null at the first reading.</param>
/// <param name="ReceiveRate">Bytes per second; null at the first reading.</param>
/// <param name="QuietSeconds">The time since it carried data, or since it was first seen.</param>
sealed record PathView(PathReading Reading, int Number, PathStatus Status, double? SendRate, double? ReceiveRate, long QuietSeconds)
{
    internal double Rate => (SendRate ?? 0) + (ReceiveRate ?? 0);

    internal string StatusText => Status switch
    {
        PathStatus.InUse => "in use",
        PathStatus.Unmeasured => "measuring",
        PathStatus.Backup => "backup",
        PathStatus.Quiet => $"no data for {QuietSeconds} s",
        PathStatus.Unanswered => "no answer",
        PathStatus.NotEstablished => Reading.State.ToString().ToLowerInvariant(),
        PathStatus.Gone => "gone",
        _ => "idle",
    };
}
