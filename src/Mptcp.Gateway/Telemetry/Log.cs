using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Mptcp.Sockets;

namespace Mptcp.Gateway.Telemetry;

/// <summary>Every message of the gateway.</summary>
static partial class Log
{
    [LoggerMessage(1, LogLevel.Information, "{Route}: listening on {EndPoint} over {Protocol}, for {Target}.")]
    internal static partial void Listening(ILogger logger, string route, EndPoint? endPoint, string protocol, string target);

    [LoggerMessage(2, LogLevel.Debug, "{Route}: {Client} came over {ClientState}, and is connected to {Server} over {ServerState}.")]
    internal static partial void Opened(
        ILogger logger, string route, EndPoint? client, MptcpState clientState, EndPoint? server, MptcpState serverState);

    [LoggerMessage(
        3,
        LogLevel.Debug,
        "{Route}: {Outcome} after {ToServer} bytes to the server, {ToClient} to the client; client {ClientState}, server {ServerState}.")]
    internal static partial void Closed(
        ILogger logger, string route, Outcome outcome, long toServer, long toClient, MptcpState clientState, MptcpState? serverState);

    [LoggerMessage(4, LogLevel.Warning, "{Route}: cannot connect to {Target}: {Reason}")]
    internal static partial void ConnectFailed(ILogger logger, string route, string target, string reason);

    [LoggerMessage(5, LogLevel.Debug, "{Route}: a connection was cut off: {Error}.")]
    internal static partial void Reset(ILogger logger, string route, SocketError error);

    [LoggerMessage(6, LogLevel.Warning, "{Route}: a connection was not accepted: {Error}.")]
    internal static partial void NotAccepted(ILogger logger, string route, SocketError error);

    [LoggerMessage(7, LogLevel.Error, "{Route}: a connection has ended for a reason that was not expected.")]
    internal static partial void Failed(ILogger logger, Exception exception, string route);

    [LoggerMessage(8, LogLevel.Information, "Stopping, once {Active} connections have ended.")]
    internal static partial void Stopping(ILogger logger, long active);

    [LoggerMessage(9, LogLevel.Information, "{Route}: {Connections} connections, {ToServer} bytes to the server, {ToClient} to clients.")]
    internal static partial void Total(ILogger logger, string route, long connections, long toServer, long toClient);

    [LoggerMessage(10, LogLevel.Information, "The configuration was read again: {Routes} routes.")]
    internal static partial void Reloaded(ILogger logger, int routes);

    [LoggerMessage(11, LogLevel.Error, "The new configuration is not used: {Problem}")]
    internal static partial void NotReloaded(ILogger logger, string problem);

    [LoggerMessage(
        12, LogLevel.Debug, "{Route}: {Peer} connects on behalf of {Source}, which connected to {Destination}; fields: {Fields}.")]
    internal static partial void OnBehalf(
        ILogger logger, string route, EndPoint peer, EndPoint source, EndPoint destination, string fields);

    [LoggerMessage(13, LogLevel.Warning, "{Route}: {Client} was refused: {Reason}")]
    internal static partial void Refused(ILogger logger, string route, EndPoint client, string reason);

    [LoggerMessage(14, LogLevel.Warning, "{Route}: {Server} does not work: {Reason}")]
    internal static partial void BackendDown(ILogger logger, string route, string server, string reason);

    [LoggerMessage(15, LogLevel.Information, "{Route}: {Server} works again.")]
    internal static partial void BackendUp(ILogger logger, string route, string server);

    [LoggerMessage(
        16,
        LogLevel.Warning,
        "{Route}: a client was reset, because the route had {MaxConnections} connections for {Waited}. Raise MaxConnections, or look for a loop.")]
    internal static partial void NoRoom(ILogger logger, string route, int maxConnections, TimeSpan waited);
}
