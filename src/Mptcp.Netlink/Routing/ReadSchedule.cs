namespace Mptcp.Netlink.Routing;

/// <summary>Decides when to read the host again: soon after a change, less and less often after failures, and regularly.</summary>
sealed class ReadSchedule(TimeProvider clock)
{
    static readonly TimeSpan
        s_settling = TimeSpan.FromMilliseconds(100), // a new address is several changes, a link that comes up is more
        s_floor = TimeSpan.FromSeconds(1), // if something changes all the time, such as containers that come and go
        s_regularly = TimeSpan.FromSeconds(30), // other programs change endpoints, too, and the kernel sends no event
        s_firstPause = TimeSpan.FromSeconds(1), s_longestPause = s_regularly;

    readonly long _startTimestamp = clock.GetTimestamp();
    TimeSpan _due, _notBefore;
    TimeSpan _pause = s_firstPause;

    /// <summary>Gets the time to wait, at least 0.</summary>
    internal TimeSpan Rest => _due > Now ? _due - Now : TimeSpan.Zero;

    TimeSpan Now => clock.GetElapsedTime(_startTimestamp);

    /// <summary>Reports a change.</summary>
    internal void Changed()
    {
        TimeSpan soon = Max(Now + s_settling, _notBefore);
        _pause = s_firstPause;
        _due = _due < soon ? _due : soon;
    }

    /// <summary>Reports that the host was read.</summary>
    /// <param name="areDone">Whether everything succeeded.</param>
    internal void Read(bool areDone)
    {
        TimeSpan pause = areDone ? s_regularly : _pause;
        _pause = areDone ? s_firstPause : TimeSpan.FromTicks(Math.Min(2 * _pause.Ticks, s_longestPause.Ticks));
        (_due, _notBefore) = (Now + pause, Now + s_floor);
    }

    static TimeSpan Max(TimeSpan one, TimeSpan other) => one > other ? one : other;
}
