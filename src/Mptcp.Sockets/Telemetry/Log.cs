using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Mptcp.Sockets.Connecting;
using Mptcp.Sockets.Creation;

namespace Mptcp.Sockets.Telemetry;

/// <summary>Every message of this library. Ids are never reused: the next is 9.</summary>
static partial class Log
{
    const string Category = "Mptcp.Sockets";

    static int s_reasonsSeen; // a bit for each MptcpUnavailableReason
    static int s_wrappingSeen;

    internal static ILogger CreateLogger(ILoggerFactory? factory) => factory?.CreateLogger(Category) ?? NullLogger.Instance;

    /// <summary>What came of asking for a Multipath TCP socket. A reason is news once in a process, and a detail from then on.</summary>
    internal static void Created(ILogger logger, Refusal refusal)
    {
        if (!logger.IsEnabled(LogLevel.Information))
            return;

        if (refusal.Reason != MptcpUnavailableReason.None)
        {
            int bit = 1 << (int)refusal.Reason;
            bool isNews = (Interlocked.Or(ref s_reasonsSeen, bit) & bit) == 0;
            Unavailable(logger, isNews ? LogLevel.Information : LogLevel.Debug, refusal.Reason, refusal.Explanation);
        }
        else if (!Graft.IsAllowed && Interlocked.Exchange(ref s_wrappingSeen, 1) == 0)
        {
            Wrapped(logger);
        }
    }

    internal static bool IsConnectedEnabled(ILogger logger) => logger.IsEnabled(LogLevel.Debug);

    internal static void Connecting(ILogger logger, Attempt attempt)
    {
        if (logger.IsEnabled(LogLevel.Debug))
            Connecting(logger, attempt.Target, Protocol(attempt));
    }

    internal static void AttemptFailed(ILogger logger, Attempt attempt)
    {
        if (logger.IsEnabled(LogLevel.Debug))
            AttemptFailed(logger, attempt.Target, Protocol(attempt), attempt.Error!.SocketErrorCode);
    }

    internal static void Blackhole(ILogger logger, MptcpBlackhole? learned)
    {
        if (learned is not null)
            Blackhole(logger, learned.RemoteEndPoint, learned.RetryIn);
    }

    static string Protocol(Attempt attempt) => attempt.IsMptcp ? "MPTCP" : "TCP";

    [LoggerMessage(EventId = 1, EventName = "Unavailable", Message = "No Multipath TCP socket ({Reason}), using TCP. {Explanation}")]
    static partial void Unavailable(ILogger logger, LogLevel level, MptcpUnavailableReason reason, string explanation);

    [LoggerMessage(2, LogLevel.Warning, "This .NET runtime does not let one of its sockets be given Multipath TCP, so handles are wrapped instead: "
        + "such sockets differ from TCP sockets in more than documented.", EventName = "Wrapped")]
    static partial void Wrapped(ILogger logger);

    [LoggerMessage(3, LogLevel.Debug, "Connecting to {EndPoint} over {Protocol}.", EventName = "Connecting")]
    static partial void Connecting(ILogger logger, IPEndPoint endPoint, string protocol);

    [LoggerMessage(4, LogLevel.Debug, "Connecting to {EndPoint} over {Protocol} failed: {Error}.", EventName = "AttemptFailed")]
    static partial void AttemptFailed(ILogger logger, IPEndPoint endPoint, string protocol, SocketError error);

    [LoggerMessage(5, LogLevel.Debug, "Connected to {EndPoint}: {State}.", EventName = "Connected")]
    internal static partial void Connected(ILogger logger, EndPoint? endPoint, MptcpState state);

    [LoggerMessage(6, LogLevel.Information, "{EndPoint} answered TCP before Multipath TCP: something on the way may drop SYNs that carry it. "
        + "Connecting there over TCP for the next {RetryIn}.", EventName = "Blackhole")]
    static partial void Blackhole(ILogger logger, IPEndPoint endPoint, TimeSpan retryIn);

    [LoggerMessage(7, LogLevel.Debug, "Listening on {EndPoint} over {Protocol}.", EventName = "Listening")]
    internal static partial void Listening(ILogger logger, EndPoint? endPoint, string protocol);

    [LoggerMessage(8, LogLevel.Information, "Took over '{Name}', which listens on {EndPoint} over {Protocol}.", EventName = "Activated")]
    internal static partial void Activated(ILogger logger, string name, EndPoint? endPoint, string protocol);
}
