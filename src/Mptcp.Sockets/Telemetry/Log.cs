using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Mptcp.Sockets.Telemetry;

/// <summary>All log messages of this library. Event ids are never reused. The next one is 10.</summary>
static partial class Log
{
    const string Category = "Mptcp.Sockets";

    static int s_reasonsSeen; // a bit for each MptcpUnavailableReason
    static int s_wrappingSeen;
    static int s_unknownSwitchSeen;

    internal static ILogger CreateLogger(ILoggerFactory? factory) => factory?.CreateLogger(Category) ?? NullLogger.Instance;

    /// <summary>Logs why a socket is TCP: at Information once for each reason in a process, then at Debug.</summary>
    internal static void Unavailable(ILogger logger, MptcpUnavailableReason reason, string explanation)
    {
        int bit = 1 << (int)reason;
        bool isNews = (Interlocked.Or(ref s_reasonsSeen, bit) & bit) == 0;
        Unavailable(logger, isNews ? LogLevel.Information : LogLevel.Debug, reason, explanation);
    }

    /// <summary>Logs once in a process that sockets are wrapped.</summary>
    internal static void WrappedOnce(ILogger logger)
    {
        if (Interlocked.Exchange(ref s_wrappingSeen, 1) == 0)
            Wrapped(logger);
    }

    /// <summary>Logs once in a process that the kill switch has an unknown value.</summary>
    internal static void UnknownSwitchOnce(ILogger logger, string variable, string value)
    {
        if (Interlocked.Exchange(ref s_unknownSwitchSeen, 1) == 0)
            UnknownSwitch(logger, variable, value);
    }

    internal static void Blackhole(ILogger logger, MptcpBlackhole blackhole)
    {
        if (logger.IsEnabled(LogLevel.Information))
            Blackhole(logger, blackhole.RemoteEndPoint, blackhole.Interface is null ? "" : $" via {blackhole.Interface}", blackhole.RetryIn);
    }

    [LoggerMessage(EventId = 1, EventName = "Unavailable", Message = "No MPTCP socket ({Reason}), using TCP. {Explanation}")]
    static partial void Unavailable(ILogger logger, LogLevel level, MptcpUnavailableReason reason, string explanation);

    [LoggerMessage(2, LogLevel.Warning, "This .NET runtime or a sandbox does not allow a .NET socket to take an MPTCP descriptor. Handles are wrapped instead. "
        + "Such sockets differ from TCP sockets in more ways than documented.", EventName = "Wrapped")]
    static partial void Wrapped(ILogger logger);

    [LoggerMessage(3, LogLevel.Debug, "Connecting to {EndPoint} over {Protocol}.", EventName = "Connecting")]
    internal static partial void Connecting(ILogger logger, IPEndPoint endPoint, string protocol);

    [LoggerMessage(4, LogLevel.Debug, "Connecting to {EndPoint} over {Protocol} failed: {Error}.", EventName = "AttemptFailed")]
    internal static partial void AttemptFailed(ILogger logger, IPEndPoint endPoint, string protocol, SocketError error);

    [LoggerMessage(5, LogLevel.Debug, "Connected to {EndPoint}: {State}.", EventName = "Connected")]
    internal static partial void Connected(ILogger logger, EndPoint? endPoint, MptcpState state);

    [LoggerMessage(6, LogLevel.Information, "{EndPoint}{Path} answers TCP SYNs, and does not answer SYNs with MPTCP: a device on the way drops them. "
        + "Connects to this address use TCP for the next {RetryIn}.", EventName = "Blackhole")]
    static partial void Blackhole(ILogger logger, IPEndPoint endPoint, string path, TimeSpan retryIn);

    [LoggerMessage(7, LogLevel.Debug, "Listening on {EndPoint} over {Protocol}.", EventName = "Listening")]
    internal static partial void Listening(ILogger logger, EndPoint? endPoint, string protocol);

    [LoggerMessage(8, LogLevel.Information, "Took over '{Name}', which listens on {EndPoint} over {Protocol}.", EventName = "Activated")]
    internal static partial void Activated(ILogger logger, string name, EndPoint? endPoint, string protocol);

    [LoggerMessage(9, LogLevel.Warning, "The environment variable {Variable} has the value '{Value}', which is ignored. Set it to 1, true, yes or on to turn MPTCP off.",
        EventName = "UnknownSwitch")]
    static partial void UnknownSwitch(ILogger logger, string variable, string value);
}
