using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Threading.Tasks.Sources;
using Mptcp.Sockets.Info;

namespace Mptcp.Sockets.Connecting;

/// <summary>
/// Runs a schedule asynchronously. If the first address answers in time, this costs little beside the socket's own connect: one timer, no
/// waiting for several tasks, and the caller goes on where the kernel's answer was processed.
/// </summary>
sealed class ConnectRace : IValueTaskSource<Socket>
{
    readonly ConnectRequest _request;
    readonly ConnectSchedule _schedule; // guarded by itself: nobody else uses it before the race is over
    ITimer? _timer; // guarded by _schedule; runs in the caller's execution context, as a later attempt calls the caller's code, too
    CancellationTokenRegistration _cancellation;
    ManualResetValueTaskSourceCore<Socket> _result; // continuations run inline: no thread hop
    bool _isOver; // guarded by _schedule

    ConnectRace(ConnectRequest request, ConnectSchedule schedule)
    {
        _request = request;
        _schedule = schedule;
    }

    /// <summary>The socket that has won. All others are closed, also on cancellation and failure.</summary>
    internal static ValueTask<Socket> RunAsync(ConnectRequest request, ConnectSchedule schedule, CancellationToken cancellationToken)
    {
        var race = new ConnectRace(request, schedule);
        race._cancellation = cancellationToken.UnsafeRegister(static (race, token) => ((ConnectRace)race!).Cancel(token), race);
        race.Advance();
        return new ValueTask<Socket>(race, race._result.Version);
    }

    /// <summary>Does what is due. Never throws: the caller who awaits the race gets every error.</summary>
    void Advance()
    {
        try
        {
            while (TryTakeStep(out ConnectStep step))
                Do(step);
        }
        catch (Exception e) // of the caller's ConfigureSocket or logger, say
        {
            End(winner: null, e);
        }
    }

    /// <summary>False where nothing is due; then a timer is set for when something is.</summary>
    bool TryTakeStep(out ConnectStep step)
    {
        lock (_schedule)
        {
            step = default;
            if (_isOver)
                return false;

            long now = _request.Now;
            step = _schedule.Next(now);
            if (step.Kind != ConnectStepKind.Wait)
                return true;

            if (step.Due != Attempt.Never)
                WakeAt(TimeSpan.FromMilliseconds(Math.Max(1, step.Due - now)));

            return false;
        }
    }

    void WakeAt(TimeSpan due)
    {
        if (_timer is null)
            _timer = _request.Clock.CreateTimer(static race => ((ConnectRace)race!).Advance(), this, due, Timeout.InfiniteTimeSpan);
        else
            _timer.Change(due, Timeout.InfiniteTimeSpan);
    }

    void Do(ConnectStep step)
    {
        switch (step.Kind)
        {
            case ConnectStepKind.Start:
                Start(step.Attempt!);
                break;
            case ConnectStepKind.GiveUp:
                OnFailed(step.Attempt!, new SocketException((int)SocketError.TimedOut));
                break;
            case ConnectStepKind.Win:
                End(step.Attempt, error: null);
                break;
            default:
                End(winner: null, _schedule.ToException());
                break;
        }
    }

    void Start(Attempt attempt)
    {
        try
        {
            Socket socket = _request.Make(attempt);
            if (!TryEnter(attempt, socket))
            {
                _request.Discard(socket);
                return;
            }
        }
        catch (SocketException e)
        {
            OnFailed(attempt, e);
            return;
        }

        if (_request.Prepare(attempt) is { } error)
            OnFailed(attempt, error);
        else
            Connect(attempt);
    }

    /// <summary>Makes the socket known to the race, which closes it when it ends; false if it has ended.</summary>
    bool TryEnter(Attempt attempt, Socket socket)
    {
        lock (_schedule)
        {
            if (_isOver)
                return false;

            _schedule.OnConnecting(attempt, socket, _request.Now);
            return true;
        }
    }

    /// <summary>By the socket's own connect, whose operation .NET uses again for the first receive.</summary>
    void Connect(Attempt attempt)
    {
        ValueTask connecting;
        try
        {
            connecting = attempt.Socket!.ConnectAsync(attempt.Target, CancellationToken.None);
        }
        catch (ObjectDisposedException) // closed by somebody before it could begin
        {
            OnFailed(attempt, new SocketException((int)SocketError.OperationAborted));
            return;
        }
        catch (SocketException e) // .NET has found out by itself, before it began
        {
            OnFailed(attempt, e);
            return;
        }

        ConfiguredValueTaskAwaitable.ConfiguredValueTaskAwaiter awaiter = connecting.ConfigureAwait(false).GetAwaiter();
        if (awaiter.IsCompleted)
        {
            OnAnswered(attempt, awaiter);
            return;
        }

        awaiter.UnsafeOnCompleted(() =>
        {
            OnAnswered(attempt, awaiter);
            Advance(); // an attempt that is answered at once needs no call of its own: it was started by one
        });
    }

    /// <summary>Tells the schedule. Never throws what is not a bug.</summary>
    void OnAnswered(Attempt attempt, ConfiguredValueTaskAwaitable.ConfiguredValueTaskAwaiter answer)
    {
        try
        {
            answer.GetResult();
        }
        catch (SocketException e)
        {
            OnFailed(attempt, e);
            return;
        }
        catch (ObjectDisposedException)
        {
            OnFailed(attempt, new SocketException((int)SocketError.OperationAborted));
            return;
        }

        lock (_schedule)
        {
            if (!_isOver)
                _schedule.OnConnected(attempt, attempt.JoinsMptcp ? Handshake.Read(attempt.Socket!) : default, _request.Now);
        }
    }

    void OnFailed(Attempt attempt, SocketException error)
    {
        lock (_schedule)
        {
            if (_isOver || attempt.Error is not null)
                return; // closed already: this is what became of the system's operation

            _schedule.OnFailed(attempt, error);
        }

        _request.GiveUp(attempt);
    }

    // Not inline: whoever cancels, perhaps under a lock of its own, must not run what awaits the connect.
    void Cancel(CancellationToken token) => End(winner: null, new OperationCanceledException(token), continueElsewhere: true);

    void End(Attempt? winner, Exception? error, bool continueElsewhere = false)
    {
        lock (_schedule)
        {
            if (_isOver)
                return;

            _isOver = true;
            _result.RunContinuationsAsynchronously = continueElsewhere;
            _timer?.Dispose();
        }

        _cancellation.Unregister();
        try
        {
            _request.OnOver(_schedule, winner);
        }
        catch (Exception e) when (winner is not null)
        {
            _request.Discard(winner.Socket!);
            _result.SetException(e);
            return;
        }

        if (winner is not null)
            _result.SetResult(winner.Socket!);
        else
            _result.SetException(error!);
    }

    Socket IValueTaskSource<Socket>.GetResult(short token) => _result.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<Socket>.GetStatus(short token) => _result.GetStatus(token);

    void IValueTaskSource<Socket>.OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _result.OnCompleted(continuation, state, token, flags);
}
