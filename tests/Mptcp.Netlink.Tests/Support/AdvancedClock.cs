namespace Mptcp.Netlink.Tests.Support;

/// <summary>The system's time, which a test can move forward. Timers that are due then are called.</summary>
sealed class AdvancedClock : TimeProvider
{
    readonly Lock _lock = new();
    readonly List<Timer> _timers = [];
    long _ahead;

    public override long GetTimestamp() => System.GetTimestamp() + Volatile.Read(ref _ahead);

    public override long TimestampFrequency => System.TimestampFrequency;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new Timer(this, callback, state, dueTime, period);
        lock (_lock)
            _timers.Add(timer);

        return timer;
    }

    /// <summary>Moves the time forward, and calls the timers that are due.</summary>
    internal void Advance(TimeSpan time)
    {
        Interlocked.Add(ref _ahead, (long)(time.TotalSeconds * TimestampFrequency));
        Timer[] timers;
        lock (_lock)
            timers = [.. _timers];

        foreach (Timer timer in timers)
            timer.Hurry();
    }

    void Forget(Timer timer)
    {
        lock (_lock)
            _timers.Remove(timer);
    }

    sealed class Timer : ITimer
    {
        readonly AdvancedClock _clock;
        readonly ITimer _timer;
        readonly TimeSpan _period;
        long _due;

        internal Timer(AdvancedClock clock, TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            (_clock, _period) = (clock, period);
            _due = Due(dueTime);
            _timer = System.CreateTimer(callback, state, dueTime, period);
        }

        /// <summary>Some of the time until the timer is due has passed.</summary>
        internal void Hurry()
        {
            TimeSpan rest = _clock.GetElapsedTime(_clock.GetTimestamp(), Volatile.Read(ref _due));
            _timer.Change(rest > TimeSpan.Zero ? rest : TimeSpan.Zero, _period);
        }

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            Volatile.Write(ref _due, Due(dueTime));
            return _timer.Change(dueTime, period);
        }

        public void Dispose()
        {
            _clock.Forget(this);
            _timer.Dispose();
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return default;
        }

        long Due(TimeSpan dueTime) => dueTime < TimeSpan.Zero ? long.MaxValue / 2 : _clock.GetTimestamp() + (long)(dueTime.TotalSeconds * _clock.TimestampFrequency);
    }
}
