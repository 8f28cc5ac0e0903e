using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Mptcp.Sockets.Info;
using Mptcp.Sockets.Interop;
using Mptcp.Sockets.Telemetry;

namespace Mptcp.Sockets.Connecting;

/// <summary>
/// One connect: its targets and options, after names were resolved and options checked. Creates the sockets, and takes back those that did
/// not win.
/// </summary>
abstract class ConnectRequest(IReadOnlyList<IPEndPoint> targets, MptcpConnectOptions options)
{
    internal IReadOnlyList<IPEndPoint> Targets => targets;

    /// <summary>The name that was resolved; null if the caller passed addresses.</summary>
    internal string? Host { get; init; }

    /// <summary>The time limit of the connect. If a name was resolved, the rest of the options' limit.</summary>
    internal TimeSpan Timeout { get; init; } = options.ConnectTimeout;

    internal virtual MptcpMode Mode => options.RequireMptcpPeer ? MptcpMode.Required : options.Mode;

    internal TimeSpan ConnectionAttemptDelay => options.ConnectionAttemptDelay;

    internal TimeSpan TcpFallbackDelay => options.TcpFallbackDelay;

    internal TimeProvider Clock { get; } = options.TimeProvider;

    internal ILogger Logger { get; } = Log.CreateLogger(options.LoggerFactory);

    internal virtual BlackholeMemory Memory => BlackholeMemory.Shared;

    protected MptcpConnectOptions Options => options;

    /// <summary>The time, in milliseconds of <see cref="Clock"/>.</summary>
    internal long Now => (long)Clock.GetElapsedTime(0).TotalMilliseconds;

    /// <summary>
    /// Creates a timer of <see cref="Clock"/>, not set yet. It outlives the caller's call and does not keep the caller's async locals
    /// alive.
    /// </summary>
    internal ITimer CreateTimer(TimerCallback callback, object state)
    {
        using (ExecutionContext.SuppressFlow())
            return Clock.CreateTimer(callback, state, System.Threading.Timeout.InfiniteTimeSpan, System.Threading.Timeout.InfiniteTimeSpan);
    }

    /// <summary>Connects on the calling thread.</summary>
    internal Socket Connect()
    {
        using ConnectObserver? observer = ConnectObserver.TryStart(Host, targets);
        var schedule = new ConnectSchedule();
        schedule.Begin(this);
        Socket? winner = null;
        try
        {
            winner = BlockingConnect.Run(this, schedule);
            Accept(schedule, winner, observer);
            return winner;
        }
        catch (Exception e)
        {
            if (winner is not null)
                Discard(winner);

            observer?.OnFailed(e, Report(schedule));
            throw;
        }
    }

    /// <summary>Connects asynchronously.</summary>
    internal ValueTask<Socket> ConnectAsync(CancellationToken cancellationToken) =>
        cancellationToken.IsCancellationRequested ? ValueTask.FromCanceled<Socket>(cancellationToken)
        : ConnectObserver.IsWanted ? ConnectObservedAsync(cancellationToken)
        : ConnectRace.Rent(this).RunAsync(observer: null, cancellationToken);

    /// <summary>A separate method, so that the span is the caller's current one only during the connect.</summary>
    async ValueTask<Socket> ConnectObservedAsync(CancellationToken cancellationToken)
    {
        using ConnectObserver? observer = ConnectObserver.TryStart(Host, targets);
        ConnectRace race = ConnectRace.Rent(this);
        try
        {
            return await race.RunAsync(observer, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (observer is not null)
        {
            observer.OnFailed(e, Report(race.Schedule)); // a race that has failed is not reused
            throw;
        }
    }

    /// <summary>
    /// Creates a socket of the right family. If MPTCP is wanted and not available, and the mode allows it, the socket is a TCP socket, and
    /// <see cref="Attempt.Refusal"/> says why. A <see cref="SocketException"/> fails the attempt; any other exception ends the connect.
    /// </summary>
    internal abstract Socket Make(Attempt attempt);

    /// <summary>Configures the socket, including with the caller's own code. An exception ends the connect.</summary>
    protected virtual void Configure(Attempt attempt)
    {
    }

    /// <summary>Binds the socket if the caller named a local end point.</summary>
    protected virtual void Bind(Attempt attempt)
    {
    }

    /// <summary>Checks the winner. An exception ends the connect, and the socket is closed.</summary>
    protected virtual void Check(Socket winner)
    {
    }

    /// <summary>Takes back the socket of an attempt that failed or lost.</summary>
    internal virtual void Discard(Socket socket) => socket.Dispose();

    /// <summary>Called when the socket has another owner, who closes it.</summary>
    protected virtual void OnTakenOver(Socket socket)
    {
    }

    /// <summary>True if paths other than the default may be tried.</summary>
    protected virtual bool MayChoosePath => true;

    /// <summary>Returns the host's paths to the attempt's target, without the path of the attempt itself.</summary>
    internal virtual IReadOnlyList<LocalPath> FindOtherPaths(Attempt attempt) =>
        MayChoosePath ? LocalPaths.FindOthers(attempt.Target, attempt.Socket, options.PathInterfaces) : [];

    /// <summary>Returns whether the kernel has answered an attempt. The driver may not know of the answer yet.</summary>
    internal virtual bool IsAnswered(Attempt attempt)
    {
        try
        {
            return NativeConnect.IsDecided(attempt.Socket!.SafeHandle);
        }
        catch (ObjectDisposedException)
        {
            return false; // the caller's ConfigureSocket stored the socket, and the caller closed it
        }
    }

    /// <summary>Configures and binds the attempt's socket. Returns the error if the attempt fails already here.</summary>
    internal SocketException? Prepare(Attempt attempt)
    {
        Configure(attempt);
        if (Logger.IsEnabled(LogLevel.Debug))
            Log.Connecting(Logger, attempt.Target, attempt.ProtocolAndPath);

        try
        {
            if (attempt.Path.Interface is { } name)
                LocalPaths.Bind(attempt.Socket!, name);

            Bind(attempt);
            return null;
        }
        catch (SocketException e)
        {
            return e;
        }
    }

    /// <summary>Closes the socket of a failed attempt, and logs the failure.</summary>
    internal virtual void GiveUp(Attempt attempt)
    {
        if (attempt.Socket is not null)
            Discard(attempt.Socket);

        if (Logger.IsEnabled(LogLevel.Debug))
            Log.AttemptFailed(Logger, attempt.Target, attempt.ProtocolAndPath, attempt.Error!.SocketErrorCode);
    }

    /// <summary>Closes all attempts except the winner, and learns from them.</summary>
    internal void OnOver(ConnectSchedule schedule, Attempt? winner)
    {
        if (winner is { IsMptcp: true })
            Memory.Forget(winner.Target, winner.Path);

        Attempt? watched = null;
        try
        {
            if (winner is not null && schedule.Unanswered is { } unanswered && IsWatched(unanswered, winner))
                watched = unanswered;
        }
        finally
        {
            DiscardAllBut(winner, watched, schedule.Started);
        }

        if (winner is not null)
            WhyTcp.Find(schedule, winner, Mode)?.KeepBeside(winner.Socket!);
    }

    /// <summary>Also closes attempts that have failed: the thread that found the failure may not have closed them yet.</summary>
    void DiscardAllBut(Attempt? winner, Attempt? watched, IReadOnlyList<Attempt> started)
    {
        for (int i = 0; i < started.Count; i++) // an enumerator of the interface would be allocated
        {
            if (started[i] is { Socket: { } socket } attempt && attempt != winner && attempt != watched)
                Discard(socket);
        }
    }

    bool IsWatched(Attempt unanswered, Attempt winner)
    {
        if (!Memory.TrySuspect(winner.Target, winner.Path) || !BlackholeCheck.TryStart(this, unanswered, Handshake.Read(winner.Socket!).RoundTripMilliseconds))
            return false;

        OnTakenOver(unanswered.Socket!);
        return true;
    }

    /// <summary>Checks the winner, and reports it to listeners. If that throws, the connect has failed.</summary>
    internal void Accept(ConnectSchedule schedule, Socket winner, ConnectObserver? observer)
    {
        Check(winner);
        if (observer is not null)
            ReportWinner(observer, schedule, winner);
    }

    static void ReportWinner(ConnectObserver observer, ConnectSchedule schedule, Socket winner)
    {
        MptcpState state = winner.GetMptcpState();
        Attempt attempt = schedule.Winner!;
        string? fallbackReason = state == MptcpState.FellBack ? Names.Of(MptcpReason.AnsweredWithout)
            : attempt.Refusal.Reason != MptcpUnavailableReason.None ? Names.Of(attempt.Refusal.Reason)
            : WhyTcp.Of(winner) is { } why ? Names.Of(why.Reason)
            : null;
        observer.OnConnected(attempt.Target, state, fallbackReason, Report(schedule));
    }

    static AttemptReport[] Report(ConnectSchedule schedule) => [.. schedule.Started.Select(attempt => new AttemptReport(
        attempt.Target,
        attempt.Path.Interface,
        attempt.IsMptcp,
        attempt == schedule.Winner ? AttemptOutcome.Won : attempt.Error is null ? AttemptOutcome.Lost : AttemptOutcome.Failed,
        attempt.Error,
        TimeSpan.FromMilliseconds(attempt.StartedAt - schedule.Started[0].StartedAt)))];
}
