using Mptcp.Netlink;

namespace Mptcp.Tool.Json;

sealed record RoutingLine(string Action, string Kind, string? From, string? Gateway, string? Interface, long? Table, long? Priority, string Command)
{
    internal static RoutingLine Of(MptcpRoutingAction action) => new(
        action.Kind.ToString().ToLowerInvariant(),
        action.Route is null ? "rule" : "route",
        action.Rule?.From?.ToString(),
        action.Route?.Gateway?.ToString(),
        action.InterfaceName,
        action.Route?.Table ?? action.Rule?.Table,
        action.Rule?.Priority,
        action.Command);
}
