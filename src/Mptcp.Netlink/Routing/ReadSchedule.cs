namespace Mptcp.Netlink.Routing;

/// <summary>Says when to look at the host again: soon after a change, ever less often after a failure, and from time to time.</summary>
sealed class ReadSchedule(TimeProvider clock)
{
    static readonly TimeSpan
        s_settling = TimeSpan.FromMilliseconds(100), // an address that is added is several changes, a link that comes up more
        s_floor = TimeSpan.FromSeconds(1), // where something changes all the time, such as containers that come and go
        s_regularly = TimeSpan.FromSeconds(30), // other programs change endpoints, too, and the kernel does not tell
        s_firstPause = TimeSpan.FromSeconds(1), s_longestPause = s_regularly;

    readonly long _startTimestamp = clock.GetTimestamp();
    TimeSpan _due, _notBefore;
    TimeSpan _pause = s_firstPause;

    /// <summary>Gets how long to wait, 0 or more.</summary>
    internal TimeSpan Rest => _due > Now ? _due - Now : TimeSpan.Zero;

    TimeSpan Now => clock.GetElapsedTime(_startTimestamp);

    /// <summary>Something has changed.</summary>
    internal void Changed()
    {
        TimeSpan soon = Max(Now + s_settling, _notBefore);
        _pause = s_firstPause;
        _due = _due < soon ? _due : soon;
    }

    /// <summary>The host was looked at.</summary>
    /// <param name="areDone">Whether nothing has failed.</param>
    internal void Read(bool areDone)
    {
        TimeSpan pause = areDone ? s_regularly : _pause;
        _pause = areDone ? s_firstPause : TimeSpan.FromTicks(Math.Min(2 * _pause.Ticks, s_longestPause.Ticks));
        (_due, _notBefore) = (Now + pause, Now + s_floor);
    }

    static TimeSpan Max(TimeSpan one, TimeSpan other) => one > other ? one : other;
}
