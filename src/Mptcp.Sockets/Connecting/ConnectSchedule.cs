using System.Diagnostics.CodeAnalysis;
using System.Net.Sockets;
using Mptcp.Sockets.Info;

namespace Mptcp.Sockets.Connecting;

/// <summary>
/// Decides what a connect does next: which address, over which path, with which protocol, and which attempt has won. Creates no sockets
/// and reads no clock. A driver reports the time and the outcome of each attempt, and does what <see cref="Next"/> returns. Not
/// thread-safe.
/// </summary>
/// <remarks>
/// Addresses follow RFC 8305: the next one starts when the previous one has failed or is late. A late MPTCP attempt is joined by a second
/// MPTCP SYN, over the next path if there is one, and by a TCP SYN. TCP wins only on evidence that the path drops MPTCP: see
/// <see cref="OnConnected"/>.
/// </remarks>
sealed class ConnectSchedule
{
    internal const int MostPending = 6;

    /// <summary>
    /// After about 3 s the kernel repeats the SYN without MPTCP (net.mptcp.syn_retrans_before_tcp_fallback); if that is answered, it turns
    /// MPTCP off for the whole network namespace (net/mptcp/ctrl.c). So an attempt that TCP has joined ends earlier.
    /// </summary>
    internal const long GiveUpAfter = 2800;

    /// <summary>How long a backup path waits, in milliseconds.</summary>
    internal const long BackupDelay = 2000;

    const long LeastMargin = 20, MostMargin = 50; // beyond a round trip, in milliseconds; the least margin is also the time in which the driver may learn of an answer
    const long PatienceAfterLoss = 250; // if TCP's own SYN was lost, the time of its handshake says nothing

    readonly List<Attempt> _started = new(capacity: 1);
    readonly List<Attempt> _pending = new(capacity: 1);
    ConnectRequest _request = null!; // until Begin
    Attempt? _reusable; // kept from the previous use
    Queue<Attempt>? _planned;
    Queue<LocalPath>?[]? _paths; // for each target, the paths that are left
    int _nextTarget;
    long _nextTargetDue;
    long _deadline;
    bool _hasBegun;
    Attempt? _winner;
    Attempt? _candidate; // a connected TCP attempt, while MPTCP may still be answered
    long _patience;
    long _verdictDue = Attempt.Never;
    bool _isEvidence;

    /// <summary>Every attempt that was started, in this order.</summary>
    internal IReadOnlyList<Attempt> Started => _started;

    /// <summary>The attempt that has won; null while that is open, and if every attempt has failed.</summary>
    internal Attempt? Winner => _winner;

    /// <summary>
    /// The latest MPTCP attempt that stayed unanswered while TCP was answered on the same path; null if there is no evidence against MPTCP.
    /// Known once TCP has won.
    /// </summary>
    internal Attempt? Unanswered => _isEvidence && _winner is { JoinsMptcp: true } winner ? LastMptcp(winner) : null;

    /// <summary>Sets the connect to schedule. A schedule serves one connect, and another one after <see cref="Reset"/>.</summary>
    internal void Begin(ConnectRequest request) => _request = request;

    /// <summary>
    /// Forgets a connect whose only attempt has won, and keeps that attempt for the next connect. Not for other connects: their state is
    /// not cleared.
    /// </summary>
    internal void Reset()
    {
        _request = null!;
        _reusable = _winner!;
        _reusable.Socket = null;
        _started.Clear();
        _pending.Clear();
        _planned?.Clear(); // a TCP attempt on a suspected path, if MPTCP was answered first
        _nextTarget = 0;
        _nextTargetDue = 0;
        _hasBegun = false;
        _winner = null;
    }

    internal ConnectStep Next(long now)
    {
        if (!_hasBegun)
            (_hasBegun, _deadline) = (true, After(now, _request.Timeout));

        if (_winner is null && _candidate is { } candidate)
            Judge(candidate, now);

        if (_winner is not null)
            return new(ConnectStepKind.Win, _winner);

        if (FindOverdue(now) is { } overdue)
            return new(ConnectStepKind.GiveUp, overdue);

        if (now >= _deadline)
            return new(ConnectStepKind.Fail);

        PlanForLate(now);
        if (TryTake(now, out Attempt? attempt))
            return new(ConnectStepKind.Start, attempt);

        if (_pending.Count > 0 || _candidate is not null)
            return new(ConnectStepKind.Wait, Due: NextDue(now));

        PlanTcpWhereMptcpWasRefused();
        return TryTake(now, out attempt) ? new(ConnectStepKind.Start, attempt) : new(ConnectStepKind.Fail);
    }

    /// <summary>Reports that an attempt has its socket and begins to connect.</summary>
    internal void OnConnecting(Attempt attempt, Socket socket, long now)
    {
        attempt.Socket = socket;
        attempt.StartedAt = now;
        if (!attempt.IsMptcp)
            return;

        if (_candidate is { } candidate && attempt.IsOnPathOf(candidate))
            _verdictDue = now + _patience;

        attempt.LateAt = After(now, _request.TcpFallbackDelay);
        if (IsSuspected(attempt))
            PlanTcpBeside(attempt);
    }

    /// <summary>
    /// Reports that an attempt has connected. A TCP attempt that joined MPTCP has not won yet: one more MPTCP SYN is sent on the same
    /// path. TCP wins if that SYN stays unanswered, too, for clearly longer than TCP's own handshake took. So one or two SYNs that are
    /// lost by chance do not cost MPTCP.
    /// </summary>
    internal void OnConnected(Attempt attempt, Handshake handshake, long now)
    {
        _pending.Remove(attempt);
        if (!attempt.JoinsMptcp)
        {
            _winner ??= attempt;
            return;
        }

        if (_candidate is not null)
            return; // the first one is judged; this one is closed in the end

        _candidate = attempt;
        _planned?.Clear();
        _isEvidence = !handshake.WasRetransmitted; // otherwise the network was bad for TCP, too
        _patience = _isEvidence
            ? handshake.RoundTripMilliseconds + Math.Clamp(handshake.RoundTripMilliseconds / 2, LeastMargin, MostMargin)
            : Math.Max(handshake.RoundTripMilliseconds, PatienceAfterLoss);
        _verdictDue = now + _patience;
        if (!WasRefused(attempt))
            Plan(new Attempt(attempt.TargetIndex, attempt.Target, attempt.Path, wantsMptcp: true));
    }

    internal void OnFailed(Attempt attempt, SocketException error)
    {
        attempt.Error = error;
        _pending.Remove(attempt);

        bool wasTheLastAddress = attempt.TargetIndex == _nextTarget - 1;
        if (wasTheLastAddress)
            _nextTargetDue = long.MinValue;

        bool isUnreachable = error.SocketErrorCode is SocketError.NetworkUnreachable or SocketError.HostUnreachable or SocketError.NetworkDown;
        if (isUnreachable && attempt.IsMptcp && _nextTarget == _request.Targets.Count && _request.TcpFallbackDelay != Timeout.InfiniteTimeSpan)
            PlanNextPath(attempt, Attempt.Never);
    }

    /// <summary>Returns the exception to throw once every attempt has failed.</summary>
    internal SocketException ToException()
    {
        if (_started.Count == 0)
            return new SocketException((int)SocketError.TimedOut); // there was no time for any attempt

        return _started.TrueForAll(attempt => attempt.Error is MptcpNotSupportedException)
            ? _started[0].Error!
            : new MptcpConnectException([.. _started.OrderBy(attempt => attempt.TargetIndex).Select(attempt => attempt.ToPublic())]);
    }

    /// <summary>
    /// TCP wins when its waiting time or the connect's time limit ends, unless the kernel already has an answer to MPTCP that the driver
    /// does not know yet, or the driver has not sent the last SYN.
    /// </summary>
    void Judge(Attempt candidate, long now)
    {
        if (now < _deadline && IsMptcpExpected(candidate))
        {
            if (now < _verdictDue)
                return;

            foreach (Attempt other in _pending)
            {
                if (other.IsMptcp && other.IsOnPathOf(candidate) && (other.Socket is null || _request.IsAnswered(other)))
                {
                    _verdictDue = now + LeastMargin;
                    return;
                }
            }
        }

        _winner = candidate;
    }

    bool TryTake(long now, [NotNullWhen(true)] out Attempt? attempt)
    {
        attempt = null;
        if (_pending.Count >= MostPending)
            return false;

        if (_candidate is null && IsNextTargetDue(now))
            attempt = TakeNextTarget(now);
        else
            _planned?.TryDequeue(out attempt);

        if (attempt is null)
            return false;

        attempt.StartedAt = now;
        _started.Add(attempt);
        _pending.Add(attempt);
        return true;
    }

    bool IsNextTargetDue(long now) => _nextTarget < _request.Targets.Count && now >= _nextTargetDue;

    Attempt TakeNextTarget(long now)
    {
        int index = _nextTarget++;
        _nextTargetDue = After(now, _request.ConnectionAttemptDelay);
        bool wantsMptcp = _request.Mode switch
        {
            MptcpMode.Disabled => false,
            MptcpMode.Required => true,
            _ => _request.Memory.Find(_request.Targets[index], LocalPath.Default) != BlackholeSuspicion.Confirmed,
        };
        if (_reusable is not { } attempt)
            return new Attempt(index, _request.Targets[index], LocalPath.Default, wantsMptcp);

        _reusable = null;
        attempt.Renew(index, _request.Targets[index], LocalPath.Default, wantsMptcp);
        return attempt;
    }

    void PlanForLate(long now)
    {
        if (_candidate is not null)
            return;

        foreach (Attempt attempt in _pending)
        {
            if (now < attempt.LateAt)
                continue;

            bool isWaitedFor = _request.TcpFallbackDelay > TimeSpan.Zero; // otherwise the caller wants all at once
            if (isWaitedFor && _request.IsAnswered(attempt))
            {
                attempt.LateAt = now + LeastMargin; // this process is late: the driver does not know the answer yet
                continue;
            }

            attempt.LateAt = Attempt.Never;
            PlanNextPath(attempt, now);
            PlanTcpBeside(attempt);
        }
    }

    /// <summary>
    /// Plans MPTCP over the next path of the attempt's target: other paths first, then the default path once more, and backups last.
    /// </summary>
    void PlanNextPath(Attempt attempt, long now)
    {
        Queue<LocalPath>?[] all = _paths ??= new Queue<LocalPath>?[_request.Targets.Count];
        if (all[attempt.TargetIndex] is not { } left)
        {
            IReadOnlyList<LocalPath> others = _request.FindOtherPaths(attempt);
            left = all[attempt.TargetIndex] = new([.. others.Where(path => !path.IsBackup), LocalPath.Default, .. others.Where(path => path.IsBackup)]);
        }

        if (!left.TryPeek(out LocalPath next))
            return;

        long due = next.IsBackup ? _started[0].StartedAt + BackupDelay : long.MinValue;
        if (now < due)
        {
            attempt.LateAt = due;
            return;
        }

        left.Dequeue();
        Plan(new Attempt(attempt.TargetIndex, attempt.Target, next, wantsMptcp: true));
    }

    void PlanTcpBeside(Attempt attempt)
    {
        bool isWanted = _request.Mode == MptcpMode.Preferred && attempt.IsMptcp;
        if (isWanted && !_started.Concat(_planned ?? []).Any(other => !other.WantsMptcp && other.IsOnPathOf(attempt)))
            Plan(new Attempt(attempt.TargetIndex, attempt.Target, attempt.Path, wantsMptcp: false) { JoinsMptcp = true });
    }

    /// <summary>Plans TCP before the connect fails: a reset may be a middlebox's answer to MPTCP, and TCP may be accepted.</summary>
    void PlanTcpWhereMptcpWasRefused()
    {
        if (_request.Mode != MptcpMode.Preferred)
            return;

        foreach (Attempt refused in _started.Where(attempt => attempt.IsMptcp && attempt.WasRefused))
            PlanTcpBeside(refused);
    }

    void Plan(Attempt attempt) => (_planned ??= []).Enqueue(attempt);

    /// <summary>Returns the attempt to close now; null if there is none.</summary>
    Attempt? FindOverdue(long now)
    {
        foreach (Attempt attempt in _pending)
        {
            if (now >= GiveUpDue(attempt, now) || (now >= _deadline && attempt.Socket is not null))
                return attempt;
        }

        return null;
    }

    long GiveUpDue(Attempt attempt, long now)
    {
        bool isPointless = attempt.IsMptcp && HasTcp(attempt.TargetIndex);
        bool isInTheWay = _pending.Count >= MostPending && attempt == _pending[0] && (_planned?.Count > 0 || IsNextTargetDue(now));
        return (isPointless || isInTheWay) && attempt.Socket is not null ? attempt.StartedAt + GiveUpAfter : Attempt.Never;
    }

    bool HasTcp(int targetIndex)
    {
        foreach (Attempt other in _pending)
        {
            if (other.JoinsMptcp && other.TargetIndex == targetIndex)
                return true;
        }

        return false;
    }

    long NextDue(long now)
    {
        long due = Math.Min(_deadline, _verdictDue);
        if (_candidate is null && _nextTarget < _request.Targets.Count && (_pending.Count < MostPending || now < _nextTargetDue))
            due = Math.Min(due, _nextTargetDue);

        foreach (Attempt attempt in _pending)
            due = Math.Min(due, Math.Min(_candidate is null ? attempt.LateAt : Attempt.Never, GiveUpDue(attempt, now)));

        return due;
    }

    /// <summary>Returns whether an MPTCP attempt on the candidate's path is pending or about to start.</summary>
    bool IsMptcpExpected(Attempt candidate) =>
        (_planned?.Count > 0 || _pending.Exists(other => other.IsMptcp && other.IsOnPathOf(candidate))) && !WasRefused(candidate);

    bool WasRefused(Attempt tcp) => _started.Exists(other => other.IsMptcp && other.WasRefused && other.IsOnPathOf(tcp));

    bool IsSuspected(Attempt attempt) =>
        _request.Mode == MptcpMode.Preferred && _request.Memory.Find(attempt.Target, attempt.Path) == BlackholeSuspicion.Suspected;

    Attempt? LastMptcp(Attempt winner) => _pending.FindLast(other => other is { IsMptcp: true, Socket: not null } && other.IsOnPathOf(winner));

    static long After(long now, TimeSpan delay) => delay == Timeout.InfiniteTimeSpan ? Attempt.Never : now + (long)delay.TotalMilliseconds;
}
