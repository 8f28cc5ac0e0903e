using System.Net;
using Microsoft.Extensions.Logging;

namespace Mptcp.Netlink.Telemetry;

/// <summary>All log messages of this library. Event ids are never reused. The next one is 30.</summary>
static partial class Log
{
    const string Category = "Mptcp.Netlink";

    internal static ILogger CreateLogger(ILoggerFactory factory) => factory.CreateLogger(Category);

    [LoggerMessage(1, LogLevel.Information, "Added endpoint {Id}: {Address} of {Interface}, {Flags}.", EventName = "EndpointAdded")]
    internal static partial void EndpointAdded(ILogger logger, byte id, IPAddress address, string? @interface, MptcpEndpointFlags flags);

    [LoggerMessage(2, LogLevel.Information, "Removed endpoint {Id}, {Address}: {Explanation}.", EventName = "EndpointRemoved")]
    internal static partial void EndpointRemoved(ILogger logger, byte id, IPAddress address, string explanation);

    [LoggerMessage(3, LogLevel.Information, "Changed endpoint {Id}, {Address}, to {Flags}.", EventName = "EndpointChanged")]
    internal static partial void EndpointChanged(ILogger logger, byte id, IPAddress address, MptcpEndpointFlags flags);

    [LoggerMessage(4, LogLevel.Warning, "Could not update endpoint {Address}. The service tries again.", EventName = "EndpointFailed")]
    internal static partial void EndpointFailed(ILogger logger, IPAddress address, Exception exception);

    [LoggerMessage(5, LogLevel.Information, "Did not change endpoint {Address}: {Explanation}.", EventName = "EndpointTaken")]
    internal static partial void EndpointTaken(ILogger logger, IPAddress address, string explanation);

    [LoggerMessage(6, LogLevel.Warning,
        "Could not add endpoint {Address} of {Interface}: there is no room for another one.", EventName = "NoRoom")]
    internal static partial void NoRoom(ILogger logger, IPAddress address, string? @interface);

    [LoggerMessage(7, LogLevel.Information,
        "Raised the limits to {Subflows} extra subflows and {Addresses} accepted addresses.", EventName = "LimitsRaised")]
    internal static partial void LimitsRaised(ILogger logger, int subflows, int addresses);

    [LoggerMessage(8, LogLevel.Warning,
        "The kernel refused to list interfaces, endpoints or connections. The service tries again.", EventName = "LookFailed")]
    internal static partial void LookFailed(ILogger logger, Exception exception);

    [LoggerMessage(9, LogLevel.Error, "{Callback} of the path policy {Policy} failed.", EventName = "PolicyFailed")]
    internal static partial void PolicyFailed(ILogger logger, string callback, Type policy, Exception exception);

    [LoggerMessage(10, LogLevel.Warning,
        "Some events were lost, because they came faster than the path policy processed them. The service lists all connections.",
        EventName = "EventsLost")]
    internal static partial void EventsLost(ILogger logger);

    [LoggerMessage(11, LogLevel.Information,
        "Connection {Token:x8}: opening a path from {Address} of {Interface} to {RemoteEndPoint}.", EventName = "PathOpening")]
    internal static partial void PathOpening(ILogger logger, uint token, IPAddress address, string @interface, IPEndPoint remoteEndPoint);

    [LoggerMessage(12, LogLevel.Information,
        "Connection {Token:x8}: the path from {LocalEndPoint}, with a round-trip time of {Rtt}, is {Role} now.", EventName = "PathRole")]
    internal static partial void PathRole(ILogger logger, uint token, IPEndPoint localEndPoint, TimeSpan? rtt, string role);

    [LoggerMessage(13, LogLevel.Warning,
        "Connection {Token:x8}: could not open, close or change the path from {LocalEndPoint}.", EventName = "PathFailed")]
    internal static partial void PathFailed(ILogger logger, uint token, IPEndPoint localEndPoint, Exception exception);

    [LoggerMessage(14, LogLevel.Warning, "Could not raise the limits.", EventName = "LimitsFailed")]
    internal static partial void LimitsFailed(ILogger logger, Exception exception);

    [LoggerMessage(15, LogLevel.Warning,
        "In this network namespace, the path manager '{Manager}' controls the paths of connections. The kernel ignores endpoints unless "
        + "net.mptcp.pm_type is 0.",
        EventName = "EndpointsUnused")]
    internal static partial void EndpointsUnused(ILogger logger, string manager);

    [LoggerMessage(16, LogLevel.Information,
        "Did not add {Address} of {Interface} as an endpoint: {Explanation}.", EventName = "EndpointSkipped")]
    internal static partial void EndpointSkipped(ILogger logger, IPAddress address, string? @interface, string explanation);

    [LoggerMessage(17, LogLevel.Warning,
        "Another program removed endpoint {Id}, {Address}. The service adds it again. "
        + "Other path managers in this network namespace: {Managers}.",
        EventName = "EndpointRemovedByOther")]
    internal static partial void EndpointRemovedByOther(ILogger logger, byte id, IPAddress address, string managers);

    [LoggerMessage(18, LogLevel.Warning,
        "{Manager} (process {ProcessId}) may manage endpoints, too. Set connection.mptcp-flags=0x1 in NetworkManager.conf, or stop "
        + "mptcpd.",
        EventName = "OtherManager")]
    internal static partial void OtherManager(ILogger logger, string manager, int processId);

    [LoggerMessage(19, LogLevel.Information,
        "Took over endpoint {Id}, {Address}, from a process that has ended.", EventName = "EndpointAdopted")]
    internal static partial void EndpointAdopted(ILogger logger, byte id, IPAddress address);

    [LoggerMessage(20, LogLevel.Information,
        "Connection {Token:x8}: the kernel manages its paths, because its socket was created before net.mptcp.pm_type was set to 1. The "
        + "policy ignores it.",
        EventName = "ConnectionKernelManaged")]
    internal static partial void ConnectionKernelManaged(ILogger logger, uint token);

    [LoggerMessage(21, LogLevel.Information,
        "Renewed endpoint {Id}, {Address}, so that connections open their lost paths again.", EventName = "EndpointRenewed")]
    internal static partial void EndpointRenewed(ILogger logger, byte id, IPAddress address);

    [LoggerMessage(22, LogLevel.Information,
        "A peer announced {RemoteEndPoint}, but the kernel accepts no announced addresses. To use them, set AcceptedAddresses.",
        EventName = "AnnouncedNotAccepted")]
    internal static partial void AnnouncedNotAccepted(ILogger logger, IPEndPoint remoteEndPoint);

    [LoggerMessage(23, LogLevel.Warning,
        "The reverse path filter of {Interface} is strict, so the kernel may drop packets of a second path. Run 'sysctl -w "
        + "net.ipv4.conf.{Interface}.rp_filter=2', and make sure that net.ipv4.conf.all.rp_filter is not 1.",
        EventName = "ReversePathFiltered")]
    internal static partial void ReversePathFiltered(ILogger logger, string @interface);

    [LoggerMessage(24, LogLevel.Information,
        "Another process keeps the endpoints of this network namespace. This process takes over when that one ends.",
        EventName = "EndpointsKeptElsewhere")]
    internal static partial void EndpointsKeptElsewhere(ILogger logger);

    [LoggerMessage(25, LogLevel.Warning,
        "{Key} is '{Pattern}', and no network interface has such a name now. If that is a mistake, correct the pattern. The interfaces "
        + "are {Interfaces}.",
        EventName = "PatternUnmatched")]
    internal static partial void PatternUnmatched(ILogger logger, string key, string pattern, string interfaces);

    [LoggerMessage(26, LogLevel.Warning,
        "Answers from {Address} of {Interface} leave by {Other}, so peers cannot use this path. Set Routing to Manage, or add 'ip rule "
        + "add from {Address} table TABLE' and a table with a default route.",
        EventName = "AnswersLeaveElsewhere")]
    internal static partial void AnswersLeaveElsewhere(ILogger logger, IPAddress address, string? @interface, string other);

    [LoggerMessage(27, LogLevel.Information, "Changed the routing policy: {Action}.", EventName = "RoutingChanged")]
    internal static partial void RoutingChanged(ILogger logger, MptcpRoutingAction action);

    [LoggerMessage(28, LogLevel.Warning,
        "Could not change the routing policy. The service tries again: {Action}.", EventName = "RoutingFailed")]
    internal static partial void RoutingFailed(ILogger logger, MptcpRoutingAction action, Exception exception);

    [LoggerMessage(29, LogLevel.Warning,
        "MPTCP is turned off in this network namespace, so programs cannot create MPTCP sockets. Run 'sysctl -w net.mptcp.enabled=1'.",
        EventName = "MptcpDisabled")]
    internal static partial void MptcpDisabled(ILogger logger);
}
