namespace Mptcp.Netlink;

/// <summary>A change of a route or a rule in an <see cref="MptcpEndpointPlan"/>.</summary>
/// <param name="Kind"><see cref="MptcpEndpointActionKind.Add"/> or <see cref="MptcpEndpointActionKind.Remove"/>.</param>
public sealed record MptcpRoutingAction(MptcpEndpointActionKind Kind)
{
    /// <summary>Gets the route; <see langword="null"/> if the action changes a rule.</summary>
    public MptcpHostRoute? Route { get; init; }

    /// <summary>Gets the rule; <see langword="null"/> if the action changes a route.</summary>
    public MptcpHostRule? Rule { get; init; }

    /// <summary>Returns the action in the words of <c>ip route</c> and <c>ip rule</c>.</summary>
    public override string ToString() => Route is not null
        ? $"{Kind} route default {(Route.Gateway is { } gateway ? $"via {gateway} " : "")}interface {Route.InterfaceIndex} table {Route.Table}"
        : $"{Kind} rule from {Rule?.From} lookup {Rule?.Table}{(Rule?.SuppressedPrefixLength is { } length ? $" suppress_prefixlength {length}" : "")}";
}
