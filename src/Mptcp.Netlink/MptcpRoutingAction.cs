namespace Mptcp.Netlink;

/// <summary>One change of the routing policy by a <see cref="MptcpEndpointPlan"/>: of a route, or of a rule.</summary>
/// <param name="Kind"><see cref="MptcpEndpointActionKind.Add"/> or <see cref="MptcpEndpointActionKind.Remove"/>.</param>
public sealed record MptcpRoutingAction(MptcpEndpointActionKind Kind)
{
    /// <summary>The route; <see langword="null"/> if the action is about a rule.</summary>
    public MptcpHostRoute? Route { get; init; }

    /// <summary>The rule; <see langword="null"/> if the action is about a route.</summary>
    public MptcpHostRule? Rule { get; init; }

    /// <summary>Describes the action in the words of <c>ip route</c> and <c>ip rule</c>.</summary>
    public override string ToString() => Route is not null
        ? $"{Kind} route default {(Route.Gateway is { } gateway ? $"via {gateway} " : "")}interface {Route.InterfaceIndex} table {Route.Table}"
        : $"{Kind} rule from {Rule?.From} lookup {Rule?.Table}{(Rule?.SuppressedPrefixLength is { } length ? $" suppress_prefixlength {length}" : "")}";
}
