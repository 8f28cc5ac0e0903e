using System.Globalization;
using System.Net.Sockets;

namespace Mptcp.Netlink;

/// <summary>A change of a route or a rule, in an <see cref="MptcpEndpointPlan"/> or a plan of <see cref="MptcpRoutes"/>.</summary>
/// <param name="Kind"><see cref="MptcpEndpointActionKind.Add"/> or <see cref="MptcpEndpointActionKind.Remove"/>.</param>
public sealed record MptcpRoutingAction(MptcpEndpointActionKind Kind)
{
    /// <summary>Gets the route; <see langword="null"/> if the action changes a rule.</summary>
    public MptcpHostRoute? Route { get; init; }

    /// <summary>Gets the rule; <see langword="null"/> if the action changes a route.</summary>
    public MptcpHostRule? Rule { get; init; }

    /// <summary>Gets the name of the network interface of the route; <see langword="null"/> if the action changes a rule, or if the interface is gone.</summary>
    public string? InterfaceName { get; init; }

    /// <summary>Gets the command of ip(8) that does the same, to be run by root.</summary>
    public string Command => Route is { } route ? CommandOf(route) : Rule is { } rule ? CommandOf(rule) : "";

    /// <summary>Returns the action in the words of <c>ip route</c> and <c>ip rule</c>.</summary>
    public override string ToString() => Route is not null
        ? $"{Kind} route default {(Route.Gateway is { } gateway ? $"via {gateway} " : "")}interface {Route.InterfaceIndex} table {Route.Table}"
        : $"{Kind} rule from {Rule?.From} lookup {Rule?.Table}{(Rule?.SuppressedPrefixLength is { } length ? $" suppress_prefixlength {length}" : "")}";

    string CommandOf(MptcpHostRoute route)
    {
        bool isIPv4 = route.Destination.BaseAddress.AddressFamily == AddressFamily.InterNetwork, isAdded = Kind == MptcpEndpointActionKind.Add;
        string family = route.Gateway is { AddressFamily: AddressFamily.InterNetworkV6 } && isIPv4 ? "inet6 " : "";
        string via = route.Gateway is { } gateway ? $" via {family}{gateway}" : "", device = InterfaceName is { } name ? $" dev {name}" : "";
        string onlink = isAdded && route.Gateway is not null ? " onlink" : ""; // the router need not be in the interface's network, as in many clouds
        return string.Create(
            CultureInfo.InvariantCulture, $"ip{(isIPv4 ? "" : " -6")} route {(isAdded ? "replace" : "del")} default{via}{device}{onlink} table {route.Table} proto {route.Protocol}");
    }

    string CommandOf(MptcpHostRule rule)
    {
        string suppress = rule.SuppressedPrefixLength is { } length ? string.Create(CultureInfo.InvariantCulture, $" suppress_prefixlength {length}") : "";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"ip{(rule.AddressFamily == AddressFamily.InterNetwork ? "" : " -6")} rule {(Kind == MptcpEndpointActionKind.Add ? "add" : "del")} pref {rule.Priority} from {rule.From} lookup {rule.Table}{suppress} protocol {rule.Protocol}");
    }
}
