using System.Net;
using Microsoft.Extensions.Logging;

namespace Mptcp.Netlink.Telemetry;

/// <summary>Every message of this library. Ids are never reused: the next is 30.</summary>
static partial class Log
{
    const string Category = "Mptcp.Netlink";

    internal static ILogger CreateLogger(ILoggerFactory factory) => factory.CreateLogger(Category);

    [LoggerMessage(1, LogLevel.Information, "Added endpoint {Id}: {Address} of {Interface}, {Flags}.", EventName = "EndpointAdded")]
    internal static partial void EndpointAdded(ILogger logger, byte id, IPAddress address, string? @interface, MptcpEndpointFlags flags);

    [LoggerMessage(2, LogLevel.Information, "Removed endpoint {Id}: {Explanation}.", EventName = "EndpointRemoved")]
    internal static partial void EndpointRemoved(ILogger logger, byte id, string explanation);

    [LoggerMessage(3, LogLevel.Information, "Endpoint {Id}, {Address}, is {Flags} now.", EventName = "EndpointChanged")]
    internal static partial void EndpointChanged(ILogger logger, byte id, IPAddress address, MptcpEndpointFlags flags);

    [LoggerMessage(4, LogLevel.Warning, "Endpoint {Address} is not as it should be; it is tried again.", EventName = "EndpointFailed")]
    internal static partial void EndpointFailed(ILogger logger, IPAddress address, Exception exception);

    [LoggerMessage(5, LogLevel.Information, "Endpoint {Address} is left as it is: {Explanation}.", EventName = "EndpointTaken")]
    internal static partial void EndpointTaken(ILogger logger, IPAddress address, string explanation);

    [LoggerMessage(6, LogLevel.Warning, "Endpoint {Address} of {Interface} is not added: the kernel has room for {Most} endpoints.", EventName = "NoRoom")]
    internal static partial void NoRoom(ILogger logger, IPAddress address, string? @interface, int most);

    [LoggerMessage(7, LogLevel.Information, "Raised the limits to {Subflows} extra subflows and {Addresses} accepted addresses.", EventName = "LimitsRaised")]
    internal static partial void LimitsRaised(ILogger logger, int subflows, int addresses);

    [LoggerMessage(8, LogLevel.Warning, "The kernel does not tell about interfaces, endpoints or connections; it is asked again.", EventName = "LookFailed")]
    internal static partial void LookFailed(ILogger logger, Exception exception);

    [LoggerMessage(9, LogLevel.Error, "{Callback} of the path policy {Policy} has failed.", EventName = "PolicyFailed")]
    internal static partial void PolicyFailed(ILogger logger, string callback, Type policy, Exception exception);

    [LoggerMessage(10, LogLevel.Warning, "Events came faster than the path policy took them, and some are lost: looking at all connections.", EventName = "EventsLost")]
    internal static partial void EventsLost(ILogger logger);

    [LoggerMessage(11, LogLevel.Information, "Connection {Token:x8}: opening a path from {Address} of {Interface} to {RemoteEndPoint}.", EventName = "PathOpening")]
    internal static partial void PathOpening(ILogger logger, uint token, IPAddress address, string @interface, IPEndPoint remoteEndPoint);

    [LoggerMessage(12, LogLevel.Information, "Connection {Token:x8}: the path from {LocalEndPoint}, with a round-trip time of {Rtt}, is {Role} now.", EventName = "PathRole")]
    internal static partial void PathRole(ILogger logger, uint token, IPEndPoint localEndPoint, TimeSpan? rtt, string role);

    [LoggerMessage(13, LogLevel.Warning, "Connection {Token:x8}: the path from {LocalEndPoint} cannot be opened, closed or changed.", EventName = "PathFailed")]
    internal static partial void PathFailed(ILogger logger, uint token, IPEndPoint localEndPoint, Exception exception);

    [LoggerMessage(14, LogLevel.Warning, "The limits cannot be raised.", EventName = "LimitsFailed")]
    internal static partial void LimitsFailed(ILogger logger, Exception exception);

    [LoggerMessage(15, LogLevel.Warning,
        "In this network namespace, the path manager '{Manager}' decides on the paths of connections, and not the kernel, which uses endpoints only where net.mptcp.pm_type is 0.",
        EventName = "EndpointsUnused")]
    internal static partial void EndpointsUnused(ILogger logger, string manager);

    [LoggerMessage(16, LogLevel.Information, "{Address} of {Interface} is no endpoint: {Explanation}.", EventName = "EndpointSkipped")]
    internal static partial void EndpointSkipped(ILogger logger, IPAddress address, string? @interface, string explanation);

    [LoggerMessage(17, LogLevel.Warning, "Another program has removed endpoint {Id}, {Address}, which is added again. Other path managers in this network namespace: {Managers}.",
        EventName = "EndpointRemovedByOther")]
    internal static partial void EndpointRemovedByOther(ILogger logger, byte id, IPAddress address, string managers);

    [LoggerMessage(18, LogLevel.Warning,
        "{Manager} (process {ProcessId}) may manage endpoints, too. Turn that off: connection.mptcp-flags=0x1 in NetworkManager.conf, or stop mptcpd.", EventName = "OtherManager")]
    internal static partial void OtherManager(ILogger logger, string manager, int processId);

    [LoggerMessage(19, LogLevel.Information, "Took over endpoint {Id}, {Address}, from a process that has ended.", EventName = "EndpointAdopted")]
    internal static partial void EndpointAdopted(ILogger logger, byte id, IPAddress address);

    [LoggerMessage(20, LogLevel.Information,
        "Connection {Token:x8}: the kernel manages its paths, since its socket was made before net.mptcp.pm_type was 1. The policy leaves it alone.", EventName = "ConnectionKernelManaged")]
    internal static partial void ConnectionKernelManaged(ILogger logger, uint token);

    [LoggerMessage(21, LogLevel.Information, "Renewed endpoint {Id}, {Address}, so that connections open their lost paths again.", EventName = "EndpointRenewed")]
    internal static partial void EndpointRenewed(ILogger logger, byte id, IPAddress address);

    [LoggerMessage(22, LogLevel.Information, "A peer has announced {RemoteEndPoint}, and the kernel accepts no announced addresses: set AcceptedAddresses, if you want paths there.", EventName = "AnnouncedNotAccepted")]
    internal static partial void AnnouncedNotAccepted(ILogger logger, IPEndPoint remoteEndPoint);

    [LoggerMessage(23, LogLevel.Warning,
        "The reverse path filter of {Interface} is strict, so that the kernel may drop what arrives on a second path: 'sysctl -w net.ipv4.conf.{Interface}.rp_filter=2', and net.ipv4.conf.all.rp_filter not 1.",
        EventName = "ReversePathFiltered")]
    internal static partial void ReversePathFiltered(ILogger logger, string @interface);

    [LoggerMessage(24, LogLevel.Information, "Another process keeps the endpoints of this network namespace. This one takes over when that ends.", EventName = "EndpointsKeptElsewhere")]
    internal static partial void EndpointsKeptElsewhere(ILogger logger);

    [LoggerMessage(25, LogLevel.Warning, "{Key} is '{Pattern}', and no network interface has such a name at present. If that is a mistake, correct it: the interfaces are {Interfaces}.", EventName = "PatternUnmatched")]
    internal static partial void PatternUnmatched(ILogger logger, string key, string pattern, string interfaces);

    [LoggerMessage(26, LogLevel.Warning,
        "Answers from {Address} of {Interface} leave by {Other}, so that peers cannot use that path. Set Routing to Manage, or add 'ip rule add from {Address} table TABLE' and a table with a default route.",
        EventName = "AnswersLeaveElsewhere")]
    internal static partial void AnswersLeaveElsewhere(ILogger logger, IPAddress address, string? @interface, string other);

    [LoggerMessage(27, LogLevel.Information, "Changed the routing policy: {Action}.", EventName = "RoutingChanged")]
    internal static partial void RoutingChanged(ILogger logger, MptcpRoutingAction action);

    [LoggerMessage(28, LogLevel.Warning, "The routing policy is not as it should be; it is tried again: {Action}.", EventName = "RoutingFailed")]
    internal static partial void RoutingFailed(ILogger logger, MptcpRoutingAction action, Exception exception);

    [LoggerMessage(29, LogLevel.Warning, "MPTCP is turned off in this network namespace, so that programs get no MPTCP sockets: run 'sysctl -w net.mptcp.enabled=1'.", EventName = "MptcpDisabled")]
    internal static partial void MptcpDisabled(ILogger logger);
}
