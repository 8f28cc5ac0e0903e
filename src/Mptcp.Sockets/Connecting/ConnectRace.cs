using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Threading.Tasks.Sources;
using Mptcp.Sockets.Info;
using Mptcp.Sockets.Telemetry;

namespace Mptcp.Sockets.Connecting;

/// <summary>
/// Runs a schedule asynchronously. If the first address answers in time, this costs little beside the socket's own connect: one timer, no
/// waiting for several tasks, and the caller goes on where the kernel's answer was processed. Such a race is used again.
/// </summary>
sealed class ConnectRace : IValueTaskSource<Socket>
{
    const int MostFree = 64;
    static readonly ConcurrentQueue<ConnectRace> s_free = [];
    static readonly OptionsRequest s_noRequest = new([], MptcpConnectOptions.Default);
    static int s_freeCount;

    readonly ConnectSchedule _schedule = new(); // guarded by itself: nobody else uses it before the race is over
    readonly Action _onFirstAnswered;
    ConnectRequest _request;
    ConnectObserver? _observer;
    ExecutionContext? _context; // the caller's; null if it is not to flow
    ITimer? _timer; // guarded by _schedule
    CancellationTokenRegistration _cancellation;
    ManualResetValueTaskSourceCore<Socket> _result; // continuations run inline: no thread hop
    Attempt? _first; // its continuation is made once in the life of a race
    ConfiguredValueTaskAwaitable.ConfiguredValueTaskAwaiter _firstAnswer;
    bool _isOver; // guarded by _schedule
    bool _isReusable; // once it is over: nothing but its first attempt, which has won, refers to it

    ConnectRace(ConnectRequest request)
    {
        _request = request;
        _onFirstAnswered = () => InCallersContext(
            static race =>
            {
                var self = (ConnectRace)race!;
                self.OnAnsweredLater(self._first!, self._firstAnswer);
            },
            this);
    }

    /// <summary>What was tried, once the race has failed.</summary>
    internal ConnectSchedule Schedule => _schedule;

    /// <summary>A race that has not begun. <see cref="IValueTaskSource{TResult}.GetResult"/> returns it to the pool.</summary>
    internal static ConnectRace Rent(ConnectRequest request)
    {
        if (request.Clock != TimeProvider.System || !s_free.TryDequeue(out ConnectRace? race))
            return new ConnectRace(request);

        Interlocked.Decrement(ref s_freeCount);
        race._request = request;
        return race;
    }

    /// <summary>The socket that has won. All others are closed, also on cancellation and failure.</summary>
    /// <param name="observer">Told of the outcome; null while nobody listens.</param>
    /// <param name="cancellationToken">Ends the race.</param>
    internal ValueTask<Socket> RunAsync(ConnectObserver? observer, CancellationToken cancellationToken)
    {
        _observer = observer;
        _isReusable = false;
        _context = ExecutionContext.Capture();
        ConnectStep first;
        lock (_schedule)
        {
            // In one go, so that a timer of the race's last use that fires late finds nothing to start.
            _schedule.Begin(_request);
            _isOver = false;
            first = _schedule.Next(_request.Now);
            _first = first.Attempt;
        }

        _cancellation = cancellationToken.UnsafeRegister(static (race, token) => ((ConnectRace)race!).Cancel(token), this);
        short version = _result.Version;
        Advance(first);
        return new ValueTask<Socket>(this, version);
    }

    /// <summary>Ends the use of a race that is over.</summary>
    void Release()
    {
        _cancellation.Dispose(); // waits for a cancellation that comes too late, which must not end the next use
        if (_isReusable && Interlocked.Increment(ref s_freeCount) <= MostFree)
        {
            Forget();
            s_free.Enqueue(this);
            return;
        }

        if (_isReusable)
            Interlocked.Decrement(ref s_freeCount);

        _timer?.Dispose();
    }

    /// <summary>A free race must not keep a socket or the caller's objects alive.</summary>
    void Forget()
    {
        lock (_schedule)
            _schedule.Reset();

        _request = s_noRequest;
        _observer = null;
        _context = null;
        _first = null;
        _firstAnswer = default;
        _cancellation = default; // which would keep the caller's source alive
        _result.Reset();
    }

    /// <summary>Does what is due. Never throws: the caller who awaits the race gets every error.</summary>
    void Advance(ConnectStep step = default)
    {
        try
        {
            if (step.Kind == ConnectStepKind.Wait && !TryTakeStep(out step))
                return;

            while (step.Kind is ConnectStepKind.Start or ConnectStepKind.GiveUp)
            {
                if (step.Kind == ConnectStepKind.Start)
                    Start(step.Attempt!);
                else
                    OnFailed(step.Attempt!, new SocketException((int)SocketError.TimedOut));

                if (!TryTakeStep(out step))
                    return;
            }
        }
        catch (Exception e) // of the caller's ConfigureSocket or logger, say
        {
            End(winner: null, e);
            return;
        }

        End(step.Attempt, error: null); // after which this may be another connect's race
    }

    /// <summary>The caller's code and loggers find the same context in every attempt.</summary>
    void InCallersContext(ContextCallback callback, object? state)
    {
        if (_context is { } context)
            ExecutionContext.Run(context, callback, state);
        else
            callback(state);
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
        _timer ??= _request.CreateTimer(
            static race => ((ConnectRace)race!).InCallersContext(static race => ((ConnectRace)race!).Advance(), race), this);
        _timer.Change(due, Timeout.InfiniteTimeSpan);
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

        if (attempt == _first)
        {
            _firstAnswer = awaiter;
            awaiter.UnsafeOnCompleted(_onFirstAnswered);
        }
        else
        {
            awaiter.UnsafeOnCompleted(() => InCallersContext(_ => OnAnsweredLater(attempt, awaiter), state: null));
        }
    }

    void OnAnsweredLater(Attempt attempt, ConfiguredValueTaskAwaitable.ConfiguredValueTaskAwaiter answer)
    {
        try
        {
            OnAnswered(attempt, answer);
        }
        catch (Exception e) // of a logger
        {
            End(winner: null, e);
            return;
        }

        Advance();
    }

    /// <summary>Tells the schedule.</summary>
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
            if (!_isOver && attempt.Error is null) // otherwise it was given up, and the system was faster
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

    // Not inline: the thread that cancels may hold a lock, and must not run what awaits the connect.
    void Cancel(CancellationToken token) => End(winner: null, new OperationCanceledException(token), continueElsewhere: true);

    /// <param name="winner">Null if the connect has failed.</param>
    /// <param name="error">Why it has failed; null if every attempt has.</param>
    /// <param name="continueElsewhere">Whether the caller must not go on in this thread.</param>
    void End(Attempt? winner, Exception? error, bool continueElsewhere = false)
    {
        lock (_schedule)
        {
            if (_isOver)
                return;

            _isOver = true;
            _result.RunContinuationsAsynchronously = continueElsewhere;
            _timer?.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
            if (winner is null)
                error ??= _schedule.ToException();
        }

        _cancellation.Unregister();
        try
        {
            _request.OnOver(_schedule, winner);
            if (winner is not null)
                _request.Accept(_schedule, winner.Socket!, _observer);
        }
        catch (Exception e) when (winner is not null)
        {
            _request.Discard(winner.Socket!);
            error = e;
        }

        if (error is null)
        {
            _isReusable = _schedule.Started.Count == 1 && !winner!.JoinsMptcp && _request.Clock == TimeProvider.System;
            _result.SetResult(winner!.Socket!);
        }
        else
        {
            _result.SetException(error);
        }
    }

    Socket IValueTaskSource<Socket>.GetResult(short token)
    {
        if (_result.GetStatus(token) == ValueTaskSourceStatus.Pending) // throws where the race is another connect's by now
            throw new InvalidOperationException("The connect is not over: await it.");

        try
        {
            return _result.GetResult(token);
        }
        finally
        {
            Release();
        }
    }

    ValueTaskSourceStatus IValueTaskSource<Socket>.GetStatus(short token) => _result.GetStatus(token);

    void IValueTaskSource<Socket>.OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _result.OnCompleted(continuation, state, token, flags);
}
