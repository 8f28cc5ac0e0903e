using System.Net;
using Microsoft.Extensions.Logging;

namespace Mptcp.Sockets.AspNetCore;

/// <summary>Every message of this package. Ids are never reused. The next id is 9.</summary>
static partial class Log
{
    internal const string Category = "Mptcp.Sockets.AspNetCore";

    [LoggerMessage(1, LogLevel.Information, "Now listening on {EndPoint} over MPTCP.", EventName = "ListeningOverMptcp")]
    internal static partial void ListeningOverMptcp(ILogger logger, EndPoint endPoint);

    [LoggerMessage(2, LogLevel.Information, "Now listening on {EndPoint} over TCP: {Reason}", EventName = "ListeningOverTcp")]
    internal static partial void ListeningOverTcp(ILogger logger, EndPoint endPoint, string reason);

    [LoggerMessage(3, LogLevel.Information, "Still listening on {EndPoint} over {Protocol}: the reload of the endpoint kept its socket.", EventName = "Kept")]
    internal static partial void Kept(ILogger logger, EndPoint endPoint, string protocol);

    [LoggerMessage(4, LogLevel.Information, "Now listening on {EndPoint} over {Protocol} and no longer over {FormerProtocol}. Clients that wait at the former socket are served.",
        EventName = "Replaced")]
    internal static partial void Replaced(ILogger logger, EndPoint endPoint, string protocol, string formerProtocol);

    [LoggerMessage(5, LogLevel.Warning, "No endpoint took over {EndPoint} within {Seconds} s after a reload. Its socket is closed, and nothing listens there. Check the errors of the reload.", EventName = "NotTakenOver")]
    internal static partial void NotTakenOver(ILogger logger, EndPoint endPoint, double seconds);

    [LoggerMessage(6, LogLevel.Error, "{Problem} The endpoint keeps the mode {Mode}.", EventName = "BadReload")]
    internal static partial void BadReload(ILogger logger, string problem, MptcpMode mode);

    [LoggerMessage(7, LogLevel.Warning, "The kernel refused to give all new connections of {EndPoint} to its new socket. Clients that connect at the moment when the former socket is closed may be reset.",
        EventName = "NotPreferred")]
    internal static partial void NotPreferred(ILogger logger, EndPoint endPoint);

    [LoggerMessage(8, LogLevel.Warning, "These keys of the configuration have no effect, because UseMptcp was not called: {Keys}. Call builder.WebHost.UseMptcp().", EventName = "KeysUnread")]
    internal static partial void KeysUnread(ILogger logger, string keys);
}
