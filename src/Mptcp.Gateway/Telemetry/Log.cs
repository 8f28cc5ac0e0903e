using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Mptcp.Sockets;

namespace Mptcp.Gateway.Telemetry;

/// <summary>All log messages of the gateway.</summary>
static partial class Log
{
    [LoggerMessage(1, LogLevel.Information, "{Route}: listening on {EndPoint} over {Protocol}, for {Target}.")]
    internal static partial void Listening(ILogger logger, string route, EndPoint? endPoint, string protocol, EndPoint target);

    [LoggerMessage(2, LogLevel.Debug, "{Route}: {Client} connected over {ClientState}, and the gateway connected to {Server} over {ServerState}.")]
    internal static partial void Opened(ILogger logger, string route, EndPoint? client, MptcpState clientState, EndPoint? server, MptcpState serverState);

    [LoggerMessage(3, LogLevel.Debug, "{Route}: {Outcome} after {ToServer} bytes to the server, {ToClient} to the client; client {ClientState}, server {ServerState}.")]
    internal static partial void Closed(
        ILogger logger, string route, Outcome outcome, long toServer, long toClient, MptcpState clientState, MptcpState? serverState);

    [LoggerMessage(4, LogLevel.Warning, "{Route}: cannot connect to {Target}: {Reason}")]
    internal static partial void ConnectFailed(ILogger logger, string route, EndPoint target, string reason);

    [LoggerMessage(5, LogLevel.Debug, "{Route}: a connection was reset: {Error}.")]
    internal static partial void Reset(ILogger logger, string route, SocketError error);

    [LoggerMessage(6, LogLevel.Warning, "{Route}: could not accept a connection: {Error}.")]
    internal static partial void NotAccepted(ILogger logger, string route, SocketError error);

    [LoggerMessage(7, LogLevel.Error, "{Route}: a connection ended because of an unexpected error.")]
    internal static partial void Failed(ILogger logger, Exception exception, string route);

    [LoggerMessage(8, LogLevel.Information, "Stopping when {Active} connections have ended.")]
    internal static partial void Stopping(ILogger logger, long active);

    [LoggerMessage(9, LogLevel.Information, "{Route}: {Connections} connections, {ToServer} bytes to the server, {ToClient} to clients.")]
    internal static partial void Total(ILogger logger, string route, long connections, long toServer, long toClient);

    [LoggerMessage(10, LogLevel.Information, "The configuration was read again: {Routes} routes.")]
    internal static partial void Reloaded(ILogger logger, int routes);

    [LoggerMessage(11, LogLevel.Error, "Cannot use the new configuration, so the gateway keeps the previous one: {Problem}")]
    internal static partial void NotReloaded(ILogger logger, string problem);
}
