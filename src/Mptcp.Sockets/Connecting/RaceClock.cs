namespace Mptcp.Sockets.Connecting;

/// <summary>
/// Wakes races, and what is left of them, when something has become due. One timer serves them all and runs only while there are some: a connect that is answered
/// in time pays for two list operations, not for a timer of its own.
/// </summary>
static class RaceClock
{
    static readonly TimeSpan s_tick = TimeSpan.FromMilliseconds(20);

    /// <summary>Ticks on an empty list before the timer stops, so that one connect after another does not start it anew each time.</summary>
    const int IdleTicks = 50;

    static readonly Lock s_lock = new();
    static readonly Timer s_timer = CreateTimer();
    static Entry? s_first;
    static int s_idleTicks;
    static bool s_isTicking;

    /// <summary>Something that waits: a node of the clock's list, so that waiting allocates nothing.</summary>
    internal abstract class Entry
    {
        internal Entry? Previous, Next;
        internal bool IsWaiting;
        internal long Due;

        /// <summary>Called once, on a thread of the pool, when the time has come.</summary>
        protected internal abstract void OnDue();
    }

    /// <summary>Wakes the entry at a time in <see cref="Environment.TickCount64"/>, give or take a tick; replaces an earlier wish.</summary>
    internal static void WakeAt(Entry entry, long due)
    {
        lock (s_lock)
        {
            entry.Due = due;
            if (!entry.IsWaiting)
                Link(entry);

            s_idleTicks = 0;
            if (!s_isTicking)
                s_isTicking = s_timer.Change(s_tick, s_tick);
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

    static void Tick()
    {
        List<Entry>? woken = null;
        lock (s_lock)
        {
            if (s_first is null && ++s_idleTicks > IdleTicks)
                s_isTicking = !s_timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

            long now = Environment.TickCount64;
            for (Entry? entry = s_first, next; entry is not null; entry = next)
            {
                next = entry.Next;
                if (now < entry.Due)
                    continue;

                Unlink(entry);
                (woken ??= []).Add(entry);
            }
        }

        // Each on its own, so that a slow one, in the caller's ConfigureSocket say, holds up neither the others nor the clock.
        foreach (Entry entry in woken ?? [])
            ThreadPool.UnsafeQueueUserWorkItem(static entry => entry.OnDue(), entry, preferLocal: false);
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
            return new Timer(static _ => Tick(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }
}
