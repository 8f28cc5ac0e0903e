using System.Net;
using System.Net.Sockets;

namespace Mptcp.Sockets.Connecting;

/// <summary>
/// Decides which attempt comes next, and when: the addresses in order, each when the one before it has failed or has been unanswered for
/// a while (Happy Eyeballs, RFC 8305 section 5), and TCP beside a Multipath TCP attempt that is unanswered for longer. Makes no sockets and reads
/// no clock: whoever drives it says what time it is, in milliseconds. Not thread-safe.
/// </summary>
sealed class AttemptSchedule(ConnectRequest request)
{
    readonly List<Attempt> _started = new(capacity: 1);
    int _nextTarget;
    long _nextTargetDue;
    int _pending;

    /// <summary>Everything that was started, in that order.</summary>
    internal IReadOnlyList<Attempt> Started => _started;

    /// <summary>True once every attempt has failed and none is left to start.</summary>
    internal bool IsExhausted => _pending == 0 && _nextTarget == request.Targets.Count;

    /// <summary>When the next attempt is due if nothing happens before; <see cref="long.MaxValue"/> for never.</summary>
    internal long NextDue
    {
        get
        {
            long due = _nextTarget < request.Targets.Count ? _nextTargetDue : long.MaxValue;
            foreach (Attempt attempt in _started)
                due = Math.Min(due, attempt.FallbackDue);

            return due;
        }
    }

    /// <summary>Starts the attempt that is due, if there is one.</summary>
    internal Attempt? TakeDue(long now)
    {
        foreach (Attempt unanswered in _started)
        {
            if (now < unanswered.FallbackDue)
                continue;

            unanswered.FallbackDue = long.MaxValue;
            return Start(new Attempt(unanswered.TargetIndex, unanswered.Target, wantsMptcp: false));
        }

        if (_nextTarget == request.Targets.Count || now < _nextTargetDue)
            return null;

        IPEndPoint target = request.Targets[_nextTarget];
        bool wantsMptcp = request.Mode switch
        {
            MptcpMode.Disabled => false,
            MptcpMode.Required => true,
            _ => !BlackholeMemory.Contains(target),
        };
        _nextTargetDue = After(now, request.ConnectionAttemptDelay);
        return Start(new Attempt(_nextTarget++, target, wantsMptcp));
    }

    /// <summary>Says that an attempt has its socket and begins to connect, so that TCP may join it after a while.</summary>
    internal void OnConnecting(Attempt attempt, Socket socket, long now)
    {
        attempt.Socket = socket;
        if (attempt.IsMptcp && request.Mode == MptcpMode.Preferred)
            attempt.FallbackDue = After(now, request.TcpFallbackDelay);
    }

    internal void OnFailed(Attempt attempt, SocketException error)
    {
        attempt.Error = error;
        attempt.FallbackDue = long.MaxValue; // it was answered
        _pending--;

        bool wasTheLastAddress = attempt.TargetIndex == _nextTarget - 1;
        if (wasTheLastAddress)
            _nextTargetDue = long.MinValue;
    }

    /// <summary>What to throw once the schedule is exhausted.</summary>
    internal SocketException ToException() =>
        _started.TrueForAll(attempt => attempt.Error is MptcpNotSupportedException)
            ? _started[0].Error!
            : new MptcpConnectException([.. _started.OrderBy(attempt => attempt.TargetIndex).Select(attempt => attempt.ToPublic())]);

    static long After(long now, TimeSpan delay) =>
        delay == Timeout.InfiniteTimeSpan ? long.MaxValue : now + (long)delay.TotalMilliseconds;

    Attempt Start(Attempt attempt)
    {
        _started.Add(attempt);
        _pending++;
        return attempt;
    }
}
