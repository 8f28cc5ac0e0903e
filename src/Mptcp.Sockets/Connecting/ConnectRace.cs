using System.Collections.Concurrent;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Threading.Tasks.Sources;
using Mptcp.Sockets.Info;
using Mptcp.Sockets.Telemetry;

namespace Mptcp.Sockets.Connecting;

/// <summary>
/// Runs a schedule asynchronously. If the first address answers in time, the race adds little to the socket's own connect: one timer. The
/// caller continues on the thread that processed the kernel's answer. Such a race is reused.
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
    ExecutionContext? _context; // the caller's; null if its flow is suppressed
    ITimer? _timer; // guarded by _schedule
    CancellationTokenRegistration _cancellation;
    ManualResetValueTaskSourceCore<Socket> _result; // continuations run inline: no thread hop
    Attempt? _first; // its continuation is created once for the lifetime of a race
    ConfiguredValueTaskAwaitable.ConfiguredValueTaskAwaiter _firstAnswer;
    bool _isOver; // guarded by _schedule
    bool _isReusable; // once it is over: only its first attempt, which has won, refers to it

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

    /// <summary>The attempts of a race that has failed.</summary>
    internal ConnectSchedule Schedule => _schedule;

    /// <summary>Returns a race that has not begun. <see cref="IValueTaskSource{TResult}.GetResult"/> returns it to the pool.</summary>
    internal static ConnectRace Rent(ConnectRequest request)
    {
        if (request.Clock != TimeProvider.System || !s_free.TryDequeue(out ConnectRace? race))
            return new ConnectRace(request);

        Interlocked.Decrement(ref s_freeCount);
        race._request = request;
        return race;
    }

    /// <summary>
    /// Returns the winning socket. All other sockets are closed, even on cancellation and failure; one that is still being created is closed
    /// right after that.
    /// </summary>
    /// <param name="observer">Receives the outcome; null while nobody listens.</param>
    /// <param name="cancellationToken">Cancels the race.</param>
    internal ValueTask<Socket> RunAsync(ConnectObserver? observer, CancellationToken cancellationToken)
    {
        _observer = observer;
        _isReusable = false;
        _context = ExecutionContext.Capture();
        bool hasStep;
        ConnectStep first;
        lock (_schedule)
        {
            // In one go, so that a late tick of the race's previous use finds nothing to start.
            _schedule.Begin(_request);
            _isOver = false;
            hasStep = TryTakeStep(out first);
            _first = first.Attempt;
        }

        _cancellation = cancellationToken.UnsafeRegister(static (race, token) => ((ConnectRace)race!).Cancel(token), this);
        short version = _result.Version;
        if (hasStep)
            Advance(first);

        return new ValueTask<Socket>(this, version);
    }

    /// <summary>Ends the use of a race that is over.</summary>
    void Release()
    {
        _cancellation.Dispose(); // waits for a late cancellation, which must not end the next use
        bool isReusable = _isReusable;
        _isReusable = false; // a caller who awaits twice must not return it twice
        if (isReusable && Interlocked.Increment(ref s_freeCount) <= MostFree)
        {
            Forget();
            s_free.Enqueue(this);
            return;
        }

        if (isReusable)
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
        _cancellation = default; // otherwise it would keep the caller's source alive
        _result.Reset();
    }

    /// <summary>
    /// Does a step that this thread has taken, and what is due after it. Never throws: the caller who awaits the race gets every error.
    /// </summary>
    internal void Advance(ConnectStep step)
    {
        try
        {
            while (step.Kind is ConnectStepKind.Start or ConnectStepKind.GiveUp)
            {
                if (step.Kind == ConnectStepKind.Start)
                    Start(step.Attempt!);
                else
                    _request.GiveUp(step.Attempt!);

                if (!TryTakeStep(out step))
                    return;
            }
        }
        catch (Exception e) // for example from the caller's ConfigureSocket or logger
        {
            Abort(e);
            return;
        }

        Finish(step.Attempt, error: null); // after this line, this object may be another connect's race
    }

    /// <summary>
    /// Runs an action in the caller's context, so that the caller's code and loggers find the same context in every attempt.
    /// </summary>
    void InCallersContext(ContextCallback callback, object? state)
    {
        if (_context is { } context)
            ExecutionContext.Run(context, callback, state);
        else
            callback(state);
    }

    /// <summary>Returns false if the race is over or nothing is due. If a step will be due, a timer is set.</summary>
    /// <remarks>
    /// A step is done by the thread that takes it, and the last step ends the race in the same lock. Otherwise two threads could take it,
    /// and the later one would end the next use of this object.
    /// </remarks>
    internal bool TryTakeStep(out ConnectStep step)
    {
        lock (_schedule)
        {
            step = default;
            long now = _request.Now; // first, because the caller's clock may tick here and end the race
            if (_isOver)
                return false;

            step = _schedule.Next(now);
            switch (step.Kind)
            {
                case ConnectStepKind.Wait:
                    if (step.Due != Attempt.Never)
                        WakeAt(TimeSpan.FromMilliseconds(Math.Max(1, step.Due - now)));

                    return false;
                case ConnectStepKind.GiveUp:
                    _schedule.OnFailed(step.Attempt!, new SocketException((int)SocketError.TimedOut));
                    return true;
                case ConnectStepKind.Win or ConnectStepKind.Fail:
                    SetOver();
                    return true;
                default:
                    return true;
            }
        }
    }

    void WakeAt(TimeSpan due)
    {
        _timer ??= _request.CreateTimer(static race => ((ConnectRace)race!).OnTick(), this);
        _timer.Change(due, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Does what is due. A late tick of the previous use may take a step of this one, and then does it.</summary>
    void OnTick()
    {
        ConnectStep step;
        Exception? error = null;
        lock (_schedule)
        {
            try
            {
                if (!TryTakeStep(out step))
                    return;
            }
            catch (Exception e) // for example from the caller's clock
            {
                SetOver();
                (step, error) = (default, e);
            }
        }

        if (error is null)
            InCallersContext(_ => Advance(step), state: null);
        else
            Finish(winner: null, error);
    }

    void Start(Attempt attempt)
    {
        try
        {
            long now = _request.Now; // before there is a socket, which a clock that throws would leak
            Socket socket = _request.Make(attempt);
            if (!TryEnter(attempt, socket, now))
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

    /// <summary>Registers the socket with the race, which closes it at the end; returns false if the race has ended.</summary>
    bool TryEnter(Attempt attempt, Socket socket, long now)
    {
        lock (_schedule)
        {
            if (_isOver)
                return false;

            _schedule.OnConnecting(attempt, socket, now);
            return true;
        }
    }

    /// <summary>Connects with the socket's own operation, which .NET reuses for the first receive.</summary>
    void Connect(Attempt attempt)
    {
        ValueTask connecting;
        try
        {
            connecting = attempt.Socket!.ConnectAsync(attempt.Target, CancellationToken.None);
        }
        catch (ObjectDisposedException) // somebody closed it before the connect could begin
        {
            OnFailed(attempt, new SocketException((int)SocketError.OperationAborted));
            return;
        }
        catch (SocketException e) // .NET found the error before the connect began
        {
            OnFailed(attempt, e);
            return;
        }

        ConfiguredValueTaskAwaitable.ConfiguredValueTaskAwaiter awaiter = connecting.ConfigureAwait(false).GetAwaiter();
        if (awaiter.IsCompleted)
        {
            if (ToError(awaiter) is { } error)
                OnFailed(attempt, error);
            else
                OnConnected(attempt);
        }
        else if (attempt == _first)
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
        ConnectStep step;
        try
        {
            if (!TryTakeStepAfter(attempt, ToError(answer), out step))
                return;
        }
        catch (Exception e) // from a logger
        {
            Abort(e);
            return;
        }

        Advance(step);
    }

    bool TryTakeStepAfter(Attempt attempt, SocketException? error, out ConnectStep step)
    {
        if (error is not null)
        {
            OnFailed(attempt, error);
            return TryTakeStep(out step);
        }

        lock (_schedule) // both at once: otherwise another thread could end the race, and this one would find the next use of this object
        {
            OnConnected(attempt);
            return TryTakeStep(out step);
        }
    }

    /// <summary>Returns null if the attempt has connected.</summary>
    static SocketException? ToError(ConfiguredValueTaskAwaitable.ConfiguredValueTaskAwaiter answer)
    {
        try
        {
            answer.GetResult();
            return null;
        }
        catch (SocketException e)
        {
            return e;
        }
        catch (ObjectDisposedException)
        {
            return new SocketException((int)SocketError.OperationAborted);
        }
    }

    void OnConnected(Attempt attempt)
    {
        lock (_schedule)
        {
            long now = _request.Now; // first, as in TryTakeStep
            if (!_isOver && attempt.Error is null) // otherwise the race gave the attempt up while the system completed it
                _schedule.OnConnected(attempt, attempt.JoinsMptcp ? Handshake.Read(attempt.Socket!) : default, now);
        }
    }

    void OnFailed(Attempt attempt, SocketException error)
    {
        lock (_schedule)
        {
            if (_isOver || attempt.Error is not null)
                return; // closed already, which is why the system's operation ended

            _schedule.OnFailed(attempt, error);
        }

        _request.GiveUp(attempt);
    }

    // Not inline: the thread that cancels may hold a lock, and must not run the code that awaits the connect.
    void Cancel(CancellationToken token) => Abort(new OperationCanceledException(token), continueElsewhere: true);

    /// <summary>Ends the race with an error, unless it is over.</summary>
    /// <param name="error">The error.</param>
    /// <param name="continueElsewhere">True if the caller must not continue on this thread.</param>
    void Abort(Exception error, bool continueElsewhere = false)
    {
        lock (_schedule)
        {
            if (_isOver)
                return;

            SetOver();
        }

        Finish(winner: null, error, continueElsewhere);
    }

    /// <summary>After this, no other thread takes a step or changes the schedule. The thread that calls it must finish the race.</summary>
    void SetOver()
    {
        _isOver = true;
        _timer?.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <param name="winner">The winning attempt; null if the connect failed.</param>
    /// <param name="error">The error; null if every attempt failed.</param>
    /// <param name="continueElsewhere">True if the caller must not continue on this thread.</param>
    void Finish(Attempt? winner, Exception? error, bool continueElsewhere = false)
    {
        if (winner is null)
            error ??= _schedule.ToException();

        _result.RunContinuationsAsynchronously = continueElsewhere;
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
            _isReusable = _schedule.Started.Count == 1 && _request.Clock == TimeProvider.System;
            _result.SetResult(winner!.Socket!);
        }
        else
        {
            _result.SetException(error);
        }
    }

    Socket IValueTaskSource<Socket>.GetResult(short token)
    {
        if (_result.GetStatus(token) == ValueTaskSourceStatus.Pending) // throws if the race serves another connect by now
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
