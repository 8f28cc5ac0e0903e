using System.Net;
using static Mptcp.Netlink.MptcpEndpointActionKind;

namespace Mptcp.Netlink.Endpoints;

/// <summary>Finds the routes and rules that lead packets from each endpoint out of its interface.</summary>
static class RoutingPlanner
{
    const long Main = 254; // RT_TABLE_MAIN
    const byte LookUp = 1; // FR_ACT_TO_TBL
    const byte Unicast = 1; // RTN_UNICAST

    // Before the rule of the table main, which has 32766. The first of the two keeps routes to neighbours, containers and VPNs in force,
    // and leaves only the default route to the second.
    const long NeighboursPriority = 32_000, DefaultPriority = NeighboursPriority + 1;

    /// <summary>Returns the first routing table of a plan that another program uses; null if there is none.</summary>
    internal static long? FindTakenTable(MptcpHostSnapshot host, IReadOnlyList<MptcpRoutingAction> plan)
    {
        HashSet<long> taken =
        [
            .. host.DefaultRoutes.Where(route => route.Protocol != MptcpEndpointPlan.RoutingProtocol).Select(route => route.Table),
            .. host.Rules.Where(rule => rule.Protocol != MptcpEndpointPlan.RoutingProtocol).Select(rule => rule.Table),
        ];
        return plan.Select(action => action.Route?.Table).FirstOrDefault(table => table is { } used && taken.Contains(used));
    }

    /// <summary>Returns the changes after which these endpoints have their routes and rules, and no other address has any.</summary>
    internal static IReadOnlyList<MptcpRoutingAction> Plan(MptcpHostSnapshot host, IEnumerable<MptcpEndpoint> endpoints, int firstTable)
    {
        List<MptcpHostRoute> routes = [];
        List<MptcpHostRule> rules = [];
        foreach (MptcpEndpoint endpoint in endpoints)
        {
            if (FindDefaultRoute(host, endpoint) is not { } natural)
                continue;

            long table = firstTable + endpoint.Id - MptcpEndpointPlan.FirstOwnId;
            var rule = new MptcpHostRule(NeighboursPriority, endpoint.Address.AddressFamily)
            {
                From = new IPNetwork(endpoint.Address, endpoint.Address.GetAddressBytes().Length * 8),
                Table = Main,
                SuppressedPrefixLength = 0,
                Action = LookUp,
                Protocol = MptcpEndpointPlan.RoutingProtocol,
            };
            routes.Add(new MptcpHostRoute(natural.Destination, natural.InterfaceIndex)
            {
                Gateway = natural.Gateway,
                Table = table,
                Kind = Unicast,
                Protocol = MptcpEndpointPlan.RoutingProtocol,
            });
            rules.AddRange([rule, rule with { Priority = DefaultPriority, Table = table, SuppressedPrefixLength = null }]);
        }

        MptcpHostRoute[] ownRoutes = [.. host.DefaultRoutes.Where(route => route.Protocol == MptcpEndpointPlan.RoutingProtocol)];
        MptcpHostRule[] ownRules = [.. host.Rules.Where(rule => rule.Protocol == MptcpEndpointPlan.RoutingProtocol)];
        return
        [
            .. ownRules.Except(rules).Select(rule => new MptcpRoutingAction(Remove) { Rule = rule }),
            .. ownRoutes.Where(own => !routes.Exists(route => IsSame(own, route))).Select(route => OfRoute(Remove, route)),
            .. routes.Where(route => !ownRoutes.Any(own => IsSame(own, route))).Select(route => OfRoute(Add, route)),
            .. rules.Except(ownRules).Select(rule => new MptcpRoutingAction(Add) { Rule = rule }),
        ];

        MptcpRoutingAction OfRoute(MptcpEndpointActionKind kind, MptcpHostRoute route) =>
            new(kind)
            {
                Route = route,
                InterfaceName = host.Interfaces.FirstOrDefault(network => network.Index == route.InterfaceIndex)?.Name,
            };
    }

    static MptcpHostRoute? FindDefaultRoute(MptcpHostSnapshot host, MptcpEndpoint endpoint) => host.Interfaces
        .Where(network => endpoint.InterfaceIndex == 0 || network.Index == endpoint.InterfaceIndex)
        .SelectMany(network => network.Addresses)
        .FirstOrDefault(address => address.Address.Equals(endpoint.Address))?.DefaultRoute;

    /// <summary>Ignores what the kernel adds: a metric, and scopes.</summary>
    static bool IsSame(MptcpHostRoute one, MptcpHostRoute other) =>
        (one.Destination, one.InterfaceIndex, one.Table) == (other.Destination, other.InterfaceIndex, other.Table)
        && Equals(one.Gateway, other.Gateway);
}
