namespace Mptcp.Sockets.Connecting;

/// <summary>
/// Wakes races, and what is left of them, when something has become due. One timer serves them all, and is left as it is when something is answered in time: then a
/// connect pays for two list operations, and the timer fires once for all connects that have begun since it was set.
/// </summary>
static class RaceClock
{
    const long Never = long.MaxValue;

    static readonly Lock s_lock = new();
    static readonly Timer s_timer = CreateTimer();
    static Entry? s_first;
    static long s_firesAt = Never;

    /// <summary>Something that waits: a node of the clock's list, so that waiting allocates nothing.</summary>
    internal abstract class Entry
    {
        internal Entry? Previous, Next;
        internal bool IsWaiting;
        internal long Due;

        /// <summary>Called once, on a thread of the pool, when the time has come.</summary>
        protected internal abstract void OnDue();
    }

    /// <summary>Wakes the entry at a time in <see cref="Environment.TickCount64"/>; replaces an earlier wish.</summary>
    internal static void WakeAt(Entry entry, long due)
    {
        lock (s_lock)
        {
            entry.Due = due;
            if (!entry.IsWaiting)
                Link(entry);

            if (due < s_firesAt)
                FireAt(due);
        }
    }

    /// <summary>Forgets the entry. It may be waking up at this moment.</summary>
    internal static void Cancel(Entry entry)
    {
        lock (s_lock)
        {
            if (entry.IsWaiting)
                Unlink(entry);
        }
    }

    static void Fire()
    {
        List<Entry>? woken = null;
        lock (s_lock)
        {
            long now = Environment.TickCount64, nextDue = Never;
            for (Entry? entry = s_first, next; entry is not null; entry = next)
            {
                next = entry.Next;
                if (now < entry.Due)
                {
                    nextDue = Math.Min(nextDue, entry.Due);
                    continue;
                }

                Unlink(entry);
                (woken ??= []).Add(entry);
            }

            FireAt(nextDue);
        }

        // Each on its own, so that a slow one, in the caller's ConfigureSocket say, holds up neither the others nor the clock.
        foreach (Entry entry in woken ?? [])
            ThreadPool.UnsafeQueueUserWorkItem(static entry => entry.OnDue(), entry, preferLocal: false);
    }

    static void FireAt(long due)
    {
        s_firesAt = due;
        TimeSpan wait = due == Never ? Timeout.InfiniteTimeSpan : TimeSpan.FromMilliseconds(Math.Max(0, due - Environment.TickCount64));
        s_timer.Change(wait, Timeout.InfiniteTimeSpan);
    }

    static void Link(Entry entry)
    {
        entry.IsWaiting = true;
        entry.Previous = null;
        entry.Next = s_first;
        if (s_first is not null)
            s_first.Previous = entry;

        s_first = entry;
    }

    static void Unlink(Entry entry)
    {
        if (entry.Previous is null)
            s_first = entry.Next;
        else
            entry.Previous.Next = entry.Next;

        if (entry.Next is not null)
            entry.Next.Previous = entry.Previous;

        entry.IsWaiting = false;
        entry.Previous = entry.Next = null;
    }

    static Timer CreateTimer()
    {
        // The timer outlives the connect that happens to start it, and must not keep that one's async locals alive.
        using (ExecutionContext.SuppressFlow())
            return new Timer(static _ => Fire(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }
}
