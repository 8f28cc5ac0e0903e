namespace Mptcp.Dashboard.Feed;

/// <summary>A path from one reading to the next.</summary>
sealed class TrackedPath(PathReading first, int number, long second)
{
    /// <summary>The time between two readings, in seconds, after which there is no rate.</summary>
    internal const int LongestGap = 5;

    PathReading _reading = first;
    TimeSpan? _at;
    long _retransmitsBeforeAck = first.Retransmits ?? 0;

    internal PathReading Reading => _reading;

    internal int Number => number;

    internal long LastSecond { get; private set; } = second;

    /// <summary>The number of the last reading that contained the path.</summary>
    internal long LastLook { get; private set; }

    internal long LastDataSecond { get; private set; } = second;

    /// <summary>The history; null before the second look, and if there is no room for it.</summary>
    internal PathHistory? History { get; set; }

    internal double? SendRate { get; private set; }

    internal double? ReceiveRate { get; private set; }

    /// <summary>Whether there is a rate: the first reading, and the first after a pause, have none.</summary>
    internal bool IsMeasured { get; private set; }

    internal bool IsUnanswered { get; private set; }

    internal PathStatus Status { get; set; }

    /// <summary>Whether the log says that the path carries no data, and not yet that it does again. Meanwhile, all paths may be idle.</summary>
    internal bool IsStalled { get; set; }

    /// <summary>Takes over a reading, and computes the rates since the last one.</summary>
    internal void Add(PathReading now, TimeSpan at, long look)
    {
        long second = (long)at.TotalSeconds;
        double? elapsed = _at is { } last && (at - last).TotalSeconds is > 0 and <= LongestGap and var seconds ? seconds : null;
        IsMeasured = elapsed is not null;
        SendRate = Rate(now.BytesSent, _reading.BytesSent, elapsed);
        ReceiveRate = Rate(now.BytesReceived, _reading.BytesReceived, elapsed);
        if (SendRate > 0 || ReceiveRate > 0 || elapsed is null)
            LastDataSecond = second;

        if (now.BytesAcked != _reading.BytesAcked || ReceiveRate > 0 || elapsed is null)
            _retransmitsBeforeAck = now.Retransmits ?? 0;

        IsUnanswered = now.Retransmits > _retransmitsBeforeAck;
        History?.Add(second, new PathPoint((SendRate ?? 0) + (ReceiveRate ?? 0), now.RttMilliseconds, (now.Retransmits - _reading.Retransmits) ?? 0));
        (_reading, _at, LastSecond, LastLook) = (now, at, second, look);
    }

    static double? Rate(long? now, long? before, double? elapsed) => Math.Max((now - before) ?? 0, 0) / elapsed;
}
