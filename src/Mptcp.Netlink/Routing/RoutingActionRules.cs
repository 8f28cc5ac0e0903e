using System.Net.Sockets;
using static System.FormattableString;
using static Mptcp.Netlink.MptcpEndpointActionKind;

namespace Mptcp.Netlink.Routing;

/// <summary>Checks a change of a route or rule before anything is changed. A caller may have made or edited it.</summary>
static class RoutingActionRules
{
    const byte Unicast = 1, LookUp = 1; // RTN_UNICAST, FR_ACT_TO_TBL

    /// <summary>Returns what is wrong, for the end of a sentence; null if nothing is.</summary>
    internal static string? FindProblem(MptcpRoutingAction? action) => action switch
    {
        null => "it is null",
        { Kind: not (Add or Remove) } => $"its kind is {action.Kind}, but a route or rule can only be added or removed",
        { Route: null, Rule: null } or { Route: not null, Rule: not null } => "it must have either a route or a rule",
        { Route: { } route } => FindProblem(route),
        { Rule: { } rule } => FindProblem(rule),
    };

    static string? FindProblem(MptcpHostRoute route) =>
        !route.IsDefault ? $"its route leads to {route.Destination}, but only default routes are supported"
        : FindProblem(route.Destination.BaseAddress.AddressFamily) is { } problem ? problem
        : route.InterfaceIndex <= 0 ? Invariant($"{route.InterfaceIndex} is not the index of a network interface")
        : route.Kind != Unicast ? Invariant($"its route is of the kind {route.Kind}, but only unicast routes ({Unicast}) are supported")
        : FindProblem(route.Table) ?? FindOwner(route.Protocol);

    static string? FindProblem(MptcpHostRule rule) =>
        FindProblem(rule.AddressFamily) is { } problem ? problem
        : rule.From is not { } from ? "its rule has no source addresses, so it would apply to all packets"
        : from.BaseAddress.AddressFamily != rule.AddressFamily ? $"the source addresses {from} are not of the family {rule.AddressFamily}"
        : rule.Priority is < 1 or > uint.MaxValue ? Invariant($"the priority {rule.Priority} is not from 1 to {uint.MaxValue}")
        : rule is not { To: null, InputInterface: null, OutputInterface: null, Mark: null, IsInverted: false }
            ? "its rule selects packets by more than their source address"
        : rule.Action != LookUp ? Invariant($"the action of its rule is {rule.Action}, not a look-up in a table ({LookUp})")
        : FindProblem(rule.Table) ?? FindOwner(rule.Protocol);

    static string? FindProblem(long table) =>
        table is < 1 or > uint.MaxValue ? Invariant($"the routing table {table} is not from 1 to {uint.MaxValue}") : null;

    /// <summary>A later plan finds and removes routes and rules by this protocol.</summary>
    static string? FindOwner(byte protocol) => protocol == MptcpEndpointPlan.RoutingProtocol
        ? null
        : Invariant($"its protocol is {protocol}, not {MptcpEndpointPlan.RoutingProtocol}: it would belong to another program");

    static string? FindProblem(AddressFamily family) => family is AddressFamily.InterNetwork or AddressFamily.InterNetworkV6
        ? null
        : $"the address family {family} is neither IPv4 nor IPv6";
}
