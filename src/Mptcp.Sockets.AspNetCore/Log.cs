using System.Net;
using Microsoft.Extensions.Logging;

namespace Mptcp.Sockets.AspNetCore;

/// <summary>Every message of this package. Ids are never reused: the next is 8.</summary>
static partial class Log
{
    internal const string Category = "Mptcp.Sockets.AspNetCore";

    [LoggerMessage(1, LogLevel.Information, "Now listening on {EndPoint} over MPTCP.", EventName = "ListeningOverMptcp")]
    internal static partial void ListeningOverMptcp(ILogger logger, EndPoint endPoint);

    [LoggerMessage(2, LogLevel.Information, "Now listening on {EndPoint} over TCP: {Reason}", EventName = "ListeningOverTcp")]
    internal static partial void ListeningOverTcp(ILogger logger, EndPoint endPoint, string reason);

    [LoggerMessage(3, LogLevel.Information, "Still listening on {EndPoint} over {Protocol}: its socket was kept while the endpoint was reloaded.", EventName = "Kept")]
    internal static partial void Kept(ILogger logger, EndPoint endPoint, string protocol);

    [LoggerMessage(4, LogLevel.Information, "Now listening on {EndPoint} over {Protocol}, before {FormerProtocol}; whoever waits at the former socket is served, too.",
        EventName = "Replaced")]
    internal static partial void Replaced(ILogger logger, EndPoint endPoint, string protocol, string formerProtocol);

    [LoggerMessage(5, LogLevel.Warning, "No endpoint has taken over {EndPoint} within {Seconds} s after a reload: its socket is closed.", EventName = "NotTakenOver")]
    internal static partial void NotTakenOver(ILogger logger, EndPoint endPoint, double seconds);

    [LoggerMessage(6, LogLevel.Error, "{Problem} The endpoint stays at {Mode}.", EventName = "BadReload")]
    internal static partial void BadReload(ILogger logger, string problem, MptcpMode mode);

    [LoggerMessage(7, LogLevel.Warning, "The kernel does not have {EndPoint} prefer its new socket: who connects at the moment when the former is closed may be reset.",
        EventName = "NotPreferred")]
    internal static partial void NotPreferred(ILogger logger, EndPoint endPoint);
}
