using System.Net.Sockets;
using System.Threading.Tasks.Sources;

namespace Mptcp.Sockets.Connecting;

/// <summary>
/// Runs a schedule asynchronously. Where the first address answers in time this costs little beside the socket's own connect: no timer, no
/// waiting for several tasks, and the caller goes on where the kernel's answer was processed.
/// </summary>
sealed class AsyncRace : RaceClock.Entry, IValueTaskSource<Socket>
{
    readonly ConnectRequest _request;
    readonly AttemptSchedule _schedule; // guarded by itself: nobody else knows it
    readonly ExecutionContext? _context = ExecutionContext.Capture(); // the caller's; null if it is not to flow
    CancellationTokenRegistration _cancellation;
    ManualResetValueTaskSourceCore<Socket> _result; // continuations run inline: no thread hop
    bool _isOver; // guarded by _schedule

    AsyncRace(ConnectRequest request)
    {
        _request = request;
        _schedule = new AttemptSchedule(request);
    }

    /// <summary>The socket that connected first. All others are discarded, also on cancellation and failure.</summary>
    internal static ValueTask<Socket> RunAsync(ConnectRequest request, CancellationToken cancellationToken)
    {
        var race = new AsyncRace(request);
        race._cancellation = cancellationToken.UnsafeRegister(static (race, token) => ((AsyncRace)race!).Cancel(token), race);
        race.Advance();
        return new ValueTask<Socket>(race, race._result.Version);
    }

    /// <summary>Whatever is called of the caller's, such as ConfigureSocket and loggers, finds the same context in later attempts as in the first.</summary>
    protected internal override void OnDue()
    {
        if (_context is null)
            Advance();
        else
            ExecutionContext.Run(_context, static race => ((AsyncRace)race!).Advance(), this);
    }

    /// <summary>Starts what is due. Never throws: whatever goes wrong reaches whoever awaits the race.</summary>
    void Advance()
    {
        try
        {
            while (TakeDue() is { } attempt)
                Start(attempt);
        }
        catch (Exception e) // of the caller's ConfigureSocket or logger, say
        {
            End(winner: null, e);
        }
    }

    /// <summary>The next attempt; if none is due, asks to be woken when one is.</summary>
    Attempt? TakeDue()
    {
        lock (_schedule)
        {
            if (_isOver)
                return null;

            Attempt? attempt = _schedule.TakeDue(Environment.TickCount64);
            if (attempt is null && _schedule.NextDue is var due and not long.MaxValue)
                RaceClock.WakeAt(this, due);

            return attempt;
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
        else if (ConnectOperation.Start(this, attempt) is { } outcome)
            OnAnswered(attempt, outcome);
    }

    /// <summary>Makes the socket known to the race, which discards it when it ends; false if it has ended.</summary>
    bool TryEnter(Attempt attempt, Socket socket)
    {
        lock (_schedule)
        {
            if (_isOver)
                return false;

            _schedule.OnConnecting(attempt, socket, Environment.TickCount64);
            return true;
        }
    }

    /// <summary>Goes on with the race. Never throws, as <see cref="Advance"/>.</summary>
    internal void OnAnsweredLater(Attempt attempt, SocketError outcome)
    {
        try
        {
            OnAnswered(attempt, outcome);
            Advance(); // whoever starts an attempt that is answered at once does this, in a loop rather than in ever deeper calls
        }
        catch (Exception e) // of a logger
        {
            End(winner: null, e);
        }
    }

    void OnAnswered(Attempt attempt, SocketError outcome)
    {
        if (outcome == SocketError.Success)
            End(attempt, error: null);
        else
            OnFailed(attempt, new SocketException((int)outcome));
    }

    void OnFailed(Attempt attempt, SocketException error)
    {
        SocketException? failure;
        lock (_schedule)
        {
            if (_isOver)
                return;

            _schedule.OnFailed(attempt, error);
            failure = _schedule.IsExhausted ? _schedule.ToException() : null;
        }

        _request.GiveUp(attempt); // first: the end runs what awaits the connect
        if (failure is not null)
            End(winner: null, failure);
    }

    // Not inline: whoever cancels, perhaps under a lock of its own, must not run what awaits the connect.
    void Cancel(CancellationToken token) => End(winner: null, new OperationCanceledException(token), continueElsewhere: true);

    void End(Attempt? winner, Exception? error, bool continueElsewhere = false)
    {
        lock (_schedule)
        {
            if (_isOver)
                return; // a loser that connected late was discarded already

            _isOver = true;
            _result.RunContinuationsAsynchronously = continueElsewhere;
        }

        RaceClock.Cancel(this);
        _cancellation.Unregister();
        try
        {
            Losers.Discard(_request, _schedule.Started, winner);
        }
        finally
        {
            if (winner is not null)
                _result.SetResult(winner.Socket!);
            else
                _result.SetException(error!);
        }
    }

    Socket IValueTaskSource<Socket>.GetResult(short token) => _result.GetResult(token);

    ValueTaskSourceStatus IValueTaskSource<Socket>.GetStatus(short token) => _result.GetStatus(token);

    void IValueTaskSource<Socket>.OnCompleted(
        Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _result.OnCompleted(continuation, state, token, flags);
}
