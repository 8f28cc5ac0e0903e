using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Mptcp.Sockets.Info;
using Mptcp.Sockets.Interop;
using Mptcp.Sockets.Telemetry;

namespace Mptcp.Sockets.Connecting;

/// <summary>One connect: where to and how, once names are resolved and options checked. Makes the sockets and takes back those that did not win.</summary>
abstract class ConnectRequest(IReadOnlyList<IPEndPoint> targets, MptcpConnectOptions options)
{
    internal IReadOnlyList<IPEndPoint> Targets => targets;

    /// <summary>The name that was resolved; null where the caller has given addresses.</summary>
    internal string? Host { get; init; }

    /// <summary>How long all of it may take: what is left of the options' where a name was resolved.</summary>
    internal TimeSpan Timeout { get; init; } = options.ConnectTimeout;

    internal virtual MptcpMode Mode => options.RequireMptcpPeer ? MptcpMode.Required : options.Mode;

    internal TimeSpan ConnectionAttemptDelay => options.ConnectionAttemptDelay;

    internal TimeSpan TcpFallbackDelay => options.TcpFallbackDelay;

    internal TimeProvider Clock { get; } = options.TimeProvider;

    internal ILogger Logger { get; } = Log.CreateLogger(options.LoggerFactory);

    internal virtual BlackholeMemory Memory => BlackholeMemory.Shared;

    protected MptcpConnectOptions Options => options;

    /// <summary>In milliseconds of <see cref="Clock"/>.</summary>
    internal long Now => (long)Clock.GetElapsedTime(0).TotalMilliseconds;

    /// <summary>A timer of <see cref="Clock"/> that outlives the caller's call, and does not keep the caller's async locals alive. It is not set yet.</summary>
    internal ITimer CreateTimer(TimerCallback callback, object state)
    {
        using (ExecutionContext.IsFlowSuppressed() ? default : ExecutionContext.SuppressFlow())
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

    /// <summary>Connects without a thread that waits.</summary>
    internal ValueTask<Socket> ConnectAsync(CancellationToken cancellationToken) =>
        cancellationToken.IsCancellationRequested ? ValueTask.FromCanceled<Socket>(cancellationToken)
        : ConnectObserver.IsWanted ? ConnectObservedAsync(cancellationToken)
        : ConnectRace.Rent(this).RunAsync(observer: null, cancellationToken);

    /// <summary>A method of its own, so that the span is the caller's current one no longer than the connect.</summary>
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
            observer.OnFailed(e, Report(race.Schedule)); // a race that has failed is not used again
            throw;
        }
    }

    /// <summary>
    /// A fresh socket of the right family. Where MPTCP is wanted and not available, and the mode allows it, a TCP one, and
    /// <see cref="Attempt.Refusal"/> says why. A <see cref="SocketException"/> fails the attempt; any other exception ends the connect.
    /// </summary>
    internal abstract Socket Make(Attempt attempt);

    /// <summary>Sets the socket up, also with the caller's own code. What it throws ends the connect.</summary>
    protected virtual void Configure(Attempt attempt)
    {
    }

    /// <summary>Binds the socket where the caller has said to what.</summary>
    protected virtual void Bind(Attempt attempt)
    {
    }

    /// <summary>Has the last word on the winner. What it throws ends the connect, and the socket is closed.</summary>
    protected virtual void Check(Socket winner)
    {
    }

    /// <summary>Takes back a socket whose attempt has failed or lost.</summary>
    internal virtual void Discard(Socket socket) => socket.Dispose();

    /// <summary>Says that a socket belongs to somebody else now, who closes it.</summary>
    protected virtual void OnTakenOver(Socket socket)
    {
    }

    /// <summary>True where paths other than the default may be tried.</summary>
    protected virtual bool MayChoosePath => true;

    /// <summary>The host's paths to the attempt's target, without the one that the attempt itself takes.</summary>
    internal virtual IReadOnlyList<LocalPath> FindOtherPaths(Attempt attempt) =>
        MayChoosePath ? LocalPaths.FindOthers(attempt.Target, attempt.Socket, options.PathInterfaces) : [];

    /// <summary>Whether the kernel has an answer to an attempt, which the driver may not have heard of yet.</summary>
    internal virtual bool IsAnswered(Attempt attempt)
    {
        try
        {
            return NativeConnect.IsDecided(attempt.Socket!.SafeHandle);
        }
        catch (ObjectDisposedException)
        {
            return false; // the caller's ConfigureSocket has kept it and closed it
        }
    }

    /// <summary>Sets up the attempt's socket and binds it; the error, where the attempt fails already here.</summary>
    internal SocketException? Prepare(Attempt attempt)
    {
        Configure(attempt);
        if (Logger.IsEnabled(LogLevel.Debug))
            Log.Connecting(Logger, attempt.Target, attempt.Over);

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

    /// <summary>Closes what an attempt that has failed had, and logs it.</summary>
    internal virtual void GiveUp(Attempt attempt)
    {
        if (attempt.Socket is not null)
            Discard(attempt.Socket);

        if (Logger.IsEnabled(LogLevel.Debug))
            Log.AttemptFailed(Logger, attempt.Target, attempt.Over, attempt.Error!.SocketErrorCode);
    }

    /// <summary>Closes all attempts but the winner, and learns from them.</summary>
    internal void OnOver(ConnectSchedule schedule, Attempt? winner)
    {
        if (winner is { IsMptcp: true })
            Memory.Forget(winner.Target, winner.Path);

        Attempt? watched = winner is not null && schedule.Unanswered is { } unanswered && IsWatched(unanswered, winner) ? unanswered : null;
        IReadOnlyList<Attempt> started = schedule.Started;
        for (int i = 0; i < started.Count; i++) // an enumerator of the interface would be allocated
        {
            // An attempt that has failed was closed then.
            if (started[i] is { Socket: { } socket, Error: null } attempt && attempt != winner && attempt != watched)
                Discard(socket);
        }

        if (winner is not null)
            WhyTcp.Find(schedule, winner, Mode)?.KeepBeside(winner.Socket!);
    }

    bool IsWatched(Attempt unanswered, Attempt winner)
    {
        if (!Memory.TrySuspect(winner.Target, winner.Path) || !BlackholeCheck.TryStart(this, unanswered, Handshake.Read(winner.Socket!).RoundTripMilliseconds))
            return false;

        OnTakenOver(unanswered.Socket!);
        return true;
    }

    /// <summary>Checks the winner, and reports it to who listens. If that throws, the connect has failed.</summary>
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
