using System.Net.Sockets;
using System.Runtime.InteropServices;
using Mptcp.Sockets.Interop;
using static Mptcp.Sockets.Interop.LinuxConstants;

namespace Mptcp.Sockets.Connecting;

/// <summary>
/// Runs a schedule on the calling thread alone, as a blocking connect should: no thread of the pool is waited for, and every socket is made
/// in this thread's network namespace. Linux only.
/// </summary>
/// <remarks>
/// The kernel connects in the background (non-blocking) and poll(2) says which attempt is decided. .NET's socket learns of it by
/// connecting once more: asked again, Linux tells the outcome at once (connect(2), EINPROGRESS).
/// </remarks>
sealed unsafe class BlockingRace
{
    readonly ConnectRequest _request;
    readonly AttemptSchedule _schedule;
    readonly List<Pending> _pending = new(capacity: 1);

    BlockingRace(ConnectRequest request)
    {
        _request = request;
        _schedule = new AttemptSchedule(request);
    }

    /// <summary>The socket that connected first, in blocking mode. All others are discarded, also on failure.</summary>
    internal static Socket Run(ConnectRequest request) => new BlockingRace(request).Run();

    Socket Run()
    {
        Attempt? winner = null;
        try
        {
            while (winner is null)
            {
                while (_schedule.TakeDue(Environment.TickCount64) is { } attempt)
                    Start(attempt);

                if (_schedule.IsExhausted)
                    throw _schedule.ToException();

                winner = WaitForDecision();
            }

            return winner.Socket!;
        }
        finally
        {
            foreach (Pending pending in _pending)
                pending.Handle.DangerousRelease();

            Losers.Discard(_request, _schedule.Started, winner);
        }
    }

    void Start(Attempt attempt)
    {
        try
        {
            _schedule.OnConnecting(attempt, _request.Make(attempt), Environment.TickCount64);
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
            BeginConnect(attempt);
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

        // Connected already, as with TCP_FASTOPEN_CONNECT: that is undone, since .NET must do it, and a second connect would be refused.
        bool isUnderWay = NativeConnect.Begin(socket.SafeHandle, Addresses.ForFamily(attempt.Target, socket.AddressFamily).Serialize());
        if (!isUnderWay)
            NativeConnect.Undo(socket.SafeHandle);
    }

    /// <summary>Waits until an attempt is decided or the next is due; the attempt that has connected, if one has.</summary>
    Attempt? WaitForDecision()
    {
        Span<Libc.PollFd> fds = _pending.Count <= 16 ? stackalloc Libc.PollFd[_pending.Count] : new Libc.PollFd[_pending.Count];
        for (int i = 0; i < fds.Length; i++)
            fds[i] = new Libc.PollFd { Fd = (int)_pending[i].Handle.DangerousGetHandle(), Events = POLLOUT };

        Poll(fds, _schedule.NextDue);

        // In the order in which they began, so that Multipath TCP wins where TCP is answered at the same moment.
        int next = 0;
        foreach (Libc.PollFd fd in fds)
        {
            Pending pending = _pending[next];
            if (fd.ReturnedEvents == 0)
                next++;
            else if (TryFinish(pending, fd.ReturnedEvents)) // a failed one leaves the list
                return pending.Attempt;
        }

        return null;
    }

    static void Poll(Span<Libc.PollFd> fds, long due)
    {
        int timeout = due == long.MaxValue ? -1 : (int)Math.Clamp(due - Environment.TickCount64, 0, int.MaxValue);
        fixed (Libc.PollFd* first = fds)
        {
            if (Libc.poll(first, (nuint)fds.Length, timeout) < 0 && Marshal.GetLastPInvokeError() is var errno and not EINTR)
                throw Errno.ToException(errno);
        }
    }

    bool TryFinish(Pending pending, short events)
    {
        Attempt attempt = pending.Attempt;
        try
        {
            // A refusal is an answer: it need not become an exception first.
            if ((events & POLLERR) != 0 && NativeOption.TryRead(pending.Handle, SOL_SOCKET, SO_ERROR, out int errno) && errno != 0)
            {
                OnFailed(attempt, Errno.ToException(errno));
                return false;
            }

            Check(Libc.fcntl(pending.Handle, F_SETFL, pending.Flags));
            attempt.Socket!.Connect(attempt.Target);
            return true;
        }
        catch (SocketException e)
        {
            OnFailed(attempt, e);
            return false;
        }
    }

    void OnFailed(Attempt attempt, SocketException error)
    {
        _schedule.OnFailed(attempt, error);

        int index = _pending.FindIndex(pending => pending.Attempt == attempt);
        if (index >= 0)
        {
            _pending[index].Handle.DangerousRelease();
            _pending.RemoveAt(index);
        }

        _request.GiveUp(attempt);
    }

    /// <summary>The flags as they were, to be set again: whoever asked for a non-blocking socket gets one.</summary>
    static int SetNonBlocking(SafeSocketHandle handle)
    {
        int flags = Check(Libc.fcntl(handle, F_GETFL, 0));
        Check(Libc.fcntl(handle, F_SETFL, flags | O_NONBLOCK));
        return flags;
    }

    static int Check(int result) => result >= 0 ? result : throw Errno.ToException(Marshal.GetLastPInvokeError());

    readonly record struct Pending(Attempt Attempt, SafeSocketHandle Handle, int Flags);
}
