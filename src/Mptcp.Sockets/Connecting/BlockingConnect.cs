using System.Net.Sockets;
using System.Runtime.InteropServices;
using Mptcp.Sockets.Info;
using Mptcp.Sockets.Interop;
using static Mptcp.Sockets.Interop.LinuxConstants;

namespace Mptcp.Sockets.Connecting;

/// <summary>
/// Runs a schedule on the calling thread alone, as a blocking connect should: it does not wait for the thread pool, and it creates every
/// socket in
/// the network namespace of this thread. On systems other than Linux, the attempts run one after another.
/// </summary>
/// <remarks>
/// The kernel connects in the background (non-blocking), and poll(2) reports which attempt is decided. .NET's socket learns the outcome by
/// connecting once more: Linux then returns it at once (connect(2), EINPROGRESS).
/// </remarks>
sealed unsafe class BlockingConnect
{
    readonly ConnectRequest _request;
    readonly ConnectSchedule _schedule;
    readonly List<Pending> _pending = new(capacity: 1);

    BlockingConnect(ConnectRequest request, ConnectSchedule schedule)
    {
        _request = request;
        _schedule = schedule;
    }

    /// <summary>Returns the winning socket, in blocking mode. All other sockets are closed, even on failure.</summary>
    internal static Socket Run(ConnectRequest request, ConnectSchedule schedule) => new BlockingConnect(request, schedule).Run();

    Socket Run()
    {
        Attempt? winner = null;
        try
        {
            winner = FindWinner();
            return winner.Socket!;
        }
        finally
        {
            foreach (Pending pending in _pending)
                pending.Handle.DangerousRelease();

            _request.OnOver(_schedule, winner);
        }
    }

    Attempt FindWinner()
    {
        while (true)
        {
            ConnectStep step = _schedule.Next(_request.Now);
            switch (step.Kind)
            {
                case ConnectStepKind.Start:
                    Start(step.Attempt!);
                    break;
                case ConnectStepKind.GiveUp:
                    OnFailed(step.Attempt!, new SocketException((int)SocketError.TimedOut));
                    break;
                case ConnectStepKind.Win:
                    return step.Attempt!;
                case ConnectStepKind.Wait:
                    WaitForAnswers(step.Due);
                    break;
                default:
                    throw _schedule.ToException();
            }
        }
    }

    void Start(Attempt attempt)
    {
        try
        {
            long now = _request.Now; // before there is a socket, which a clock that throws would leak
            _schedule.OnConnecting(attempt, _request.Make(attempt), now);
        }
        catch (SocketException e)
        {
            OnFailed(attempt, e);
            return;
        }

        if (_request.Prepare(attempt) is { } error)
        {
            OnFailed(attempt, error);
            return;
        }

        try
        {
            if (OperatingSystem.IsLinux())
                BeginConnect(attempt);
            else
                ConnectNow(attempt);
        }
        catch (SocketException e)
        {
            OnFailed(attempt, e);
        }
    }

    void BeginConnect(Attempt attempt)
    {
        Socket socket = attempt.Socket!;
        int flags = SetNonBlocking(socket.SafeHandle);
        bool isHeld = false;
        socket.SafeHandle.DangerousAddRef(ref isHeld); // poll takes bare descriptors, which must not be closed and reused meanwhile
        _pending.Add(new Pending(attempt, socket.SafeHandle, flags));

        // The socket is connected already, as with TCP_FASTOPEN_CONNECT. .NET must connect it, and a second connect would be refused: undo
        // the first.
        bool isUnderWay = NativeConnect.Begin(socket.SafeHandle, Addresses.ForFamily(attempt.Target, socket.AddressFamily).Serialize());
        if (!isUnderWay)
            NativeConnect.Undo(socket.SafeHandle);
    }

    void ConnectNow(Attempt attempt)
    {
        attempt.Socket!.Connect(attempt.Target);
        _schedule.OnConnected(attempt, default, _request.Now);
    }

    /// <summary>Waits until an attempt is decided or the next step is due, and tells the schedule.</summary>
    void WaitForAnswers(long due)
    {
        Span<Libc.PollFd> fds = _pending.Count <= 16 ? stackalloc Libc.PollFd[_pending.Count] : new Libc.PollFd[_pending.Count];
        for (int i = 0; i < fds.Length; i++)
            fds[i] = new Libc.PollFd { Fd = (int)_pending[i].Handle.DangerousGetHandle(), Events = POLLOUT };

        Poll(fds, due);

        // Oldest attempt first, so that MPTCP wins if TCP is answered at the same moment.
        int next = 0;
        foreach (Libc.PollFd fd in fds)
        {
            if (fd.ReturnedEvents == 0)
                next++;
            else
                Finish(_pending[next], fd.ReturnedEvents); // removes it from the list
        }
    }

    void Poll(Span<Libc.PollFd> fds, long due)
    {
        int timeout = due == Attempt.Never ? -1 : (int)Math.Clamp(due - _request.Now, 0, int.MaxValue);
        fixed (Libc.PollFd* first = fds)
        {
            if (Libc.poll(first, (nuint)fds.Length, timeout) < 0 && Marshal.GetLastPInvokeError() is var errno and not EINTR)
                throw Errno.ToException(errno);
        }
    }

    void Finish(Pending pending, short events)
    {
        Attempt attempt = pending.Attempt;
        try
        {
            // A refusal is an answer: it need not become an exception first.
            if ((events & POLLERR) != 0 && NativeOption.TryRead(pending.Handle, SOL_SOCKET, SO_ERROR, out int errno) && errno != 0)
            {
                OnFailed(attempt, Errno.ToException(errno));
                return;
            }

            Check(Libc.fcntl(pending.Handle, F_SETFL, pending.Flags));
            attempt.Socket!.Connect(attempt.Target);
            Release(attempt);
            _schedule.OnConnected(attempt, attempt.JoinsMptcp ? Handshake.Read(attempt.Socket) : default, _request.Now);
        }
        catch (SocketException e)
        {
            OnFailed(attempt, e);
        }
    }

    void OnFailed(Attempt attempt, SocketException error)
    {
        _schedule.OnFailed(attempt, error);
        Release(attempt);
        _request.GiveUp(attempt);
    }

    void Release(Attempt attempt)
    {
        int index = _pending.FindIndex(pending => pending.Attempt == attempt);
        if (index < 0)
            return;

        _pending[index].Handle.DangerousRelease();
        _pending.RemoveAt(index);
    }

    /// <summary>
    /// Returns the previous flags, to be restored later: a caller who made the socket non-blocking gets a non-blocking one.
    /// </summary>
    static int SetNonBlocking(SafeSocketHandle handle)
    {
        int flags = Check(Libc.fcntl(handle, F_GETFL, 0));
        Check(Libc.fcntl(handle, F_SETFL, flags | O_NONBLOCK));
        return flags;
    }

    static int Check(int result) => result >= 0 ? result : throw Errno.ToException(Marshal.GetLastPInvokeError());

    /// <param name="Attempt">The attempt.</param>
    /// <param name="Handle">The handle of its socket, held open.</param>
    /// <param name="Flags">The previous flags of the descriptor.</param>
    readonly record struct Pending(Attempt Attempt, SafeSocketHandle Handle, int Flags);
}
