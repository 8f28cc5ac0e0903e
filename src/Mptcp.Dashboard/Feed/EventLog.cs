using Mptcp.Netlink;

namespace Mptcp.Dashboard.Feed;

/// <summary>The latest events. Thread-safe.</summary>
sealed class EventLog
{
    internal const int Most = 2_000;

    readonly Lock _lock = new();
    readonly Queue<LogEntry> _entries = new();

    internal void Add(LogEntry entry)
    {
        lock (_lock)
        {
            _entries.Enqueue(entry);
            if (_entries.Count > Most)
                _entries.Dequeue();
        }
    }

    /// <summary>Returns the events, the latest first.</summary>
    internal LogEntry[] Latest()
    {
        lock (_lock)
            return [.. _entries.Reverse()];
    }

    /// <summary>Returns the kernel's events, the oldest first, as the doctor wants them.</summary>
    internal MptcpEvent[] KernelEvents()
    {
        lock (_lock)
            return [.. _entries.Select(entry => entry.Source).OfType<MptcpEvent>()];
    }
}
