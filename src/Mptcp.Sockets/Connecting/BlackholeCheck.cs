using System.Net.Sockets;
using Mptcp.Sockets.Info;
using Mptcp.Sockets.Interop;
using Mptcp.Sockets.Telemetry;

namespace Mptcp.Sockets.Connecting;

/// <summary>
/// Watches an MPTCP attempt that TCP has overtaken until its second SYN should have been answered, too. If that SYN is lost as well, the
/// path drops MPTCP. Any answer disproves it. The attempt ends before the kernel sends a SYN without MPTCP: see
/// <see cref="ConnectSchedule.GiveUpAfter"/>.
/// </summary>
sealed class BlackholeCheck
{
    /// <summary>The kernel sends a SYN again after this time: <c>TCP_TIMEOUT_INIT</c> in include/net/tcp.h.</summary>
    const long SecondSynAfter = 1000;

    const int MostAtOnce = 64;
    const long MillisecondsBetweenLooks = 100;
    static int s_running;

    readonly ConnectRequest _request;
    readonly Attempt _attempt;
    readonly long _verdictAt;
    readonly ITimer _timer;

    BlackholeCheck(ConnectRequest request, Attempt attempt, long roundTrip)
    {
        _request = request;
        _attempt = attempt;
        _verdictAt = Math.Min(attempt.StartedAt + ConnectSchedule.GiveUpAfter, attempt.StartedAt + SecondSynAfter + 2 * roundTrip + MillisecondsBetweenLooks);
        _timer = request.CreateTimer(static check => ((BlackholeCheck)check!).Look(), this);
    }

    /// <summary>
    /// Takes over the attempt's socket. Returns false, and does not take it, if too many checks run already: then the suspicion expires.
    /// </summary>
    internal static bool TryStart(ConnectRequest request, Attempt attempt, long roundTrip)
    {
        var check = new BlackholeCheck(request, attempt, roundTrip);
        if (Interlocked.Increment(ref s_running) > MostAtOnce)
        {
            Interlocked.Decrement(ref s_running);
            check._timer.Dispose();
            return false;
        }

        check.LookAgainLater();
        return true;
    }

    void LookAgainLater() => _timer.Change(TimeSpan.FromMilliseconds(MillisecondsBetweenLooks), Timeout.InfiniteTimeSpan);

    void Look()
    {
        bool isAnswered = IsAnswered();
        if (isAnswered)
        {
            _request.Memory.Forget(_attempt.Target, _attempt.Path);
        }
        else if (_request.Now < _verdictAt) // unanswered so far
        {
            LookAgainLater();
            return;
        }

        _timer.Dispose();
        _attempt.Socket!.Dispose();
        Interlocked.Decrement(ref s_running);
        if (!isAnswered && _request.Memory.TryConfirm(_attempt.Target, _attempt.Path) is { } confirmed)
            Tell(confirmed);
    }

    void Tell(MptcpBlackhole confirmed)
    {
        try
        {
            Log.Blackhole(_request.Logger, confirmed);
        }
        catch (Exception) // the caller's logger threw: the connect is over, so nobody is left to tell, and a timer must not end the process
        {
        }
    }

    /// <summary>
    /// Returns whether a SYN with MPTCP was answered, even by a refusal. If this check is late, the kernel may have repeated the SYN
    /// without MPTCP, and an answer to that SYN proves the opposite. A socket that the caller closed proves nothing.
    /// </summary>
    bool IsAnswered()
    {
        Socket socket = _attempt.Socket!;
        try
        {
            if (!NativeConnect.IsDecided(socket.SafeHandle))
                return false;

            bool isWithoutMptcp = NativeName.HasPeer(socket.SafeHandle) && ConnectionState.Read(socket) != MptcpState.Mptcp;
            return !isWithoutMptcp || !Handshake.Read(socket).WasRetransmitted;
        }
        catch (SocketException)
        {
            return true; // it was refused while this method looked at it
        }
        catch (ObjectDisposedException)
        {
            return true;
        }
    }
}
