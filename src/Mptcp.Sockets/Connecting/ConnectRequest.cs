using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Mptcp.Sockets.Creation;
using Mptcp.Sockets.Telemetry;

namespace Mptcp.Sockets.Connecting;

/// <summary>What to connect to and how, once names are resolved and options checked; makes the sockets and takes back those that lost.</summary>
abstract class ConnectRequest(IReadOnlyList<IPEndPoint> targets)
{
    internal IReadOnlyList<IPEndPoint> Targets => targets;

    /// <summary>The name that was resolved; null where the caller has given addresses.</summary>
    internal string? Host { get; init; }

    internal MptcpMode Mode { get; init; }

    internal TimeSpan ConnectionAttemptDelay { get; init; } = MptcpConnectOptions.Default.ConnectionAttemptDelay;

    /// <summary>In mode <see cref="MptcpMode.Preferred"/> only; in others no TCP attempt joins.</summary>
    internal TimeSpan TcpFallbackDelay { get; init; } = MptcpConnectOptions.Default.TcpFallbackDelay;

    internal ILogger Logger { get; init; } = NullLogger.Instance;

    /// <summary>Where TCP has overtaken Multipath TCP in this connect, as it was entered in the memory; null if nowhere.</summary>
    internal MptcpBlackhole? LearnedBlackhole { get; set; }

    /// <summary>What was started, once it is over.</summary>
    internal IReadOnlyList<Attempt> Started { get; private set; } = [];

    /// <summary>What has connected first; null until it is over, and if nothing has.</summary>
    internal Attempt? Winner { get; private set; }

    /// <summary>Why TCP has won where Multipath TCP was wanted; null if it has not, or was not.</summary>
    internal WhyTcp? WhyTcp { get; private set; }

    /// <summary>Connects on the calling thread.</summary>
    internal virtual Socket Run() => OperatingSystem.IsLinux() ? BlockingRace.Run(this) : SequentialConnect.Run(this);

    /// <inheritdoc cref="Run"/>
    internal virtual ValueTask<Socket> RunAsync(CancellationToken cancellationToken) => AsyncRace.RunAsync(this, cancellationToken);

    /// <summary>
    /// A fresh socket of the right family. Where Multipath TCP is wanted and not to be had, and the mode allows it, one that speaks TCP, and
    /// <see cref="Attempt.Refusal"/> says why. What is thrown but a <see cref="SocketException"/>, which fails the attempt, ends the connect.
    /// </summary>
    internal abstract Socket Make(Attempt attempt);

    /// <summary>Sets it up, with the caller's own code, too. Whatever is thrown ends the connect.</summary>
    protected virtual void Configure(Attempt attempt)
    {
    }

    /// <summary>Binds it, where the caller has said to what.</summary>
    protected virtual void Bind(Attempt attempt)
    {
    }

    /// <summary>Sets up the attempt's socket and binds it; the error, where the attempt fails already here.</summary>
    internal SocketException? Prepare(Attempt attempt)
    {
        Configure(attempt);
        Log.Connecting(Logger, attempt);
        try
        {
            Bind(attempt);
            return null;
        }
        catch (SocketException e)
        {
            return e;
        }
    }

    /// <summary>Takes back what an attempt that has failed had, and tells of it.</summary>
    internal void GiveUp(Attempt attempt)
    {
        if (attempt.Socket is not null)
            Discard(attempt.Socket);

        Log.AttemptFailed(Logger, attempt);
    }

    /// <summary>Says what the outcome was.</summary>
    internal void OnOver(IReadOnlyList<Attempt> started, Attempt? winner)
    {
        Started = started;
        Winner = winner;
        if (winner is null)
            return;

        WhyTcp = FindWhyTcp(winner);
        WhyTcp?.KeepBeside(winner.Socket!);
    }

    /// <summary>Has the last word on what has connected; what is thrown ends the connect, and the socket is discarded.</summary>
    internal virtual void Check(Socket winner)
    {
    }

    /// <summary>Takes back a socket whose attempt has failed or lost.</summary>
    internal virtual void Discard(Socket socket) => socket.Dispose();

    /// <summary>Says that a socket which lost belongs to somebody else now, who closes it.</summary>
    internal virtual void OnTakenOver(Socket socket)
    {
    }

    WhyTcp? FindWhyTcp(Attempt winner)
    {
        if (winner.IsMptcp || Mode == MptcpMode.Disabled)
            return null;

        if (winner.WantsMptcp)
            return WhyTcp.Of(winner.Refusal);

        return FindMptcpAttempt(winner.TargetIndex) is { } overtaken
            ? new WhyTcp(MptcpReason.OvertakenByTcp, winner.Target) { IsAnswered = overtaken.IsAnsweredLate, Error = overtaken.Error }
            : new WhyTcp(MptcpReason.Blackhole, winner.Target);
    }

    Attempt? FindMptcpAttempt(int targetIndex) => Started.FirstOrDefault(attempt => attempt.IsMptcp && attempt.TargetIndex == targetIndex);
}
