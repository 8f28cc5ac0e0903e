using System.Net.Sockets;
using static System.FormattableString;

namespace Mptcp.Netlink;

/// <summary>A change of a route or a rule, in an <see cref="MptcpEndpointPlan"/> or a plan of <see cref="MptcpRoutes"/>.</summary>
/// <param name="Kind"><see cref="MptcpEndpointActionKind.Add"/> or <see cref="MptcpEndpointActionKind.Remove"/>.</param>
public sealed record MptcpRoutingAction(MptcpEndpointActionKind Kind)
{
    /// <summary>Gets the route; <see langword="null"/> if the action changes a rule.</summary>
    public MptcpHostRoute? Route { get; init; }

    /// <summary>Gets the rule; <see langword="null"/> if the action changes a route.</summary>
    public MptcpHostRule? Rule { get; init; }

    /// <summary>
    /// Gets the name of the network interface of the route; <see langword="null"/> if the action changes a rule, or if the interface is
    /// gone.
    /// </summary>
    public string? InterfaceName { get; init; }

    /// <summary>Gets the command of ip(8) that does the same, to be run by root.</summary>
    public string Command => Route is { } route ? CommandOf(route) : Rule is { } rule ? CommandOf(rule) : "";

    /// <summary>Returns the action in the words of <c>ip route</c> and <c>ip rule</c>.</summary>
    public override string ToString() => Route is not null
        ? $"{Kind} route default {(Route.Gateway is { } gateway ? $"via {gateway} " : "")}"
            + $"interface {Route.InterfaceIndex} table {Route.Table}"
        : $"{Kind} rule from {Rule?.From} lookup {Rule?.Table}"
            + (Rule?.SuppressedPrefixLength is { } length ? $" suppress_prefixlength {length}" : "");

    string CommandOf(MptcpHostRoute route)
    {
        bool isAdded = Kind == MptcpEndpointActionKind.Add;
        AddressFamily family = route.Destination.BaseAddress.AddressFamily;
        string via = route.Gateway is not { } router ? "" : router.AddressFamily == family ? $" via {router}" : $" via inet6 {router}";
        string device = InterfaceName is { } name ? $" dev {name}" : "";
        string onlink = isAdded && route.Gateway is not null ? " onlink" : ""; // in many clouds, the router is in another network
        string verb = isAdded ? "replace" : "del";
        return Invariant($"{Ip(family)} route {verb} default{via}{device}{onlink} table {route.Table} proto {route.Protocol}");
    }

    string CommandOf(MptcpHostRule rule)
    {
        string verb = Kind == MptcpEndpointActionKind.Add ? "add" : "del";
        string suppress = rule.SuppressedPrefixLength is { } length ? Invariant($" suppress_prefixlength {length}") : "";
        string selector = Invariant($"pref {rule.Priority} from {rule.From}");
        return Invariant($"{Ip(rule.AddressFamily)} rule {verb} {selector} lookup {rule.Table}{suppress} protocol {rule.Protocol}");
    }

    static string Ip(AddressFamily family) => family == AddressFamily.InterNetworkV6 ? "ip -6" : "ip";
}
