using Mptcp.Netlink;

namespace Mptcp.Tool.Live;

/// <summary>The history of a path: its rates, and its latest round-trip times.</summary>
sealed class PathHistory
{
    const int Length = 16;

    readonly Queue<double> _rtts = new();
    long? _sent, _received;

    /// <summary>The rate in bytes per second; null before the second sample.</summary>
    internal double? SendRate { get; private set; }

    internal double? ReceiveRate { get; private set; }

    internal double Rate => (SendRate ?? 0) + (ReceiveRate ?? 0);

    /// <summary>The round-trip times in milliseconds, the latest last.</summary>
    internal IReadOnlyCollection<double> Rtts => _rtts;

    internal void Add(MptcpConnectionSubflow subflow, TimeSpan? elapsed)
    {
        SendRate = RateOf(subflow.Tcp.BytesSent, _sent, elapsed);
        ReceiveRate = RateOf(subflow.Tcp.BytesReceived, _received, elapsed);
        (_sent, _received) = (subflow.Tcp.BytesSent, subflow.Tcp.BytesReceived);
        if (subflow.Tcp.SmoothedRtt is not { } rtt)
            return;

        _rtts.Enqueue(rtt.TotalMilliseconds);
        if (_rtts.Count > Length)
            _rtts.Dequeue();
    }

    static double? RateOf(long? now, long? before, TimeSpan? elapsed) =>
        now is { } later && before is { } earlier && elapsed is { TotalSeconds: > 0 and var seconds } ? Math.Max(later - earlier, 0) / seconds : null;
}
