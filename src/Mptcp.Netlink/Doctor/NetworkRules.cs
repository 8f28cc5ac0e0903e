using System.Net.Sockets;
using Mptcp.Netlink.Endpoints;
using static System.FormattableString;
using static Mptcp.Netlink.MptcpFindingSeverity;

namespace Mptcp.Netlink.Doctor;

/// <summary>Interfaces, addresses, routes and rules.</summary>
static class NetworkRules
{
    const byte ToTable = 1; // FR_ACT_TO_TBL

    internal static readonly Rule[] All =
    [
        new("rp-filter-strict", Warning, FindStrictFilter),
        new("signal-no-rule", Warning, FindSignalWithoutRule),
        new("address-twice", Warning, FindTwice),
        new("mtu-differs", Information, FindMtu),
    ];

    static IEnumerable<Diagnosis> FindStrictFilter(Case examined) =>
        from network in examined.Host.Interfaces
        where network is { ReversePathFilter: 1, IsLoopback: false, IsUp: true }
        where examined.Endpoints().Any(endpoint => examined.FindInterface(endpoint) == network)
            || examined.Paths().Any(path => path.Endpoint.InterfaceIndex == network.Index)
        where examined.Host.Interfaces.Count(other => other is { IsLoopback: false, IsUp: true }) > 1
        select new Diagnosis(
            network.Name,
            $"The reverse path filter of {network.Name} is strict (1): "
                + "the kernel drops packets that arrive there and would be answered over another interface, "
                + "such as those of a second path.",
            "Make the filter loose.", $"sysctl -w net/ipv4/conf/{network.Name}/rp_filter=2");

    /// <summary>The kernel does not bind accepted subflows to an interface: their answers leave as the routing rules say.</summary>
    static IEnumerable<Diagnosis> FindSignalWithoutRule(Case examined)
    {
        foreach (MptcpEndpoint endpoint in examined.Endpoints().Where(endpoint => endpoint.Has(MptcpEndpointFlags.Signal)))
        {
            AddressFamily family = endpoint.Address.AddressFamily;
            if (examined.FindInterface(endpoint) is not { IsUp: true } network
                || examined.FirstInterface(family) is not { } first
                || first == network.Index
                || HasRule(examined, endpoint, network))
            {
                continue;
            }

            string evidence = $"Endpoint {endpoint.Id} announces {endpoint.Address} on {network.Name}, "
                + $"and answers from this address leave by {Name(examined, first)}: no rule sends them over {network.Name}.";
            IReadOnlyList<MptcpRoutingAction> plan = RoutingPlanner.Plan(examined.Host, [endpoint], MptcpRoutes.FirstTable);
            long? taken = RoutingPlanner.FindTakenTable(examined.Host, plan);
            string[] commands = taken is null
                ? [.. plan.Where(action => action.Kind == MptcpEndpointActionKind.Add).Select(action => action.Command)]
                : [];
            string advice = taken is { } table
                ? $"Another program uses the routing table {table}. Give the endpoint another id, and run 'mptcp routes apply'."
                : commands.Length == 0
                ? "First add a default route, with a higher metric than that of the first interface: "
                    + $"'{Facts.Ip(family)} route add default via ROUTER dev {network.Name} metric 500'. Then run 'mptcp routes apply'."
                : "Add a table with a default route over the interface, and rules for the address, as 'mptcp routes apply' does.";
            yield return endpoint.Id is >= MptcpEndpointPlan.FirstOwnId and <= MptcpEndpointPlan.LastOwnId
                ? new(
                    $"{endpoint.Address}", evidence, $"{advice} If AddMptcpEndpoints runs, set its option Routing to Manage instead.",
                    commands)
                : new($"{endpoint.Address}", evidence, advice, commands);
        }
    }

    static bool HasRule(Case examined, MptcpEndpoint endpoint, MptcpInterface network) => examined.Host.Rules.Any(rule =>
        rule is { Action: ToTable, IsInverted: false, From: { PrefixLength: > 0 } from }
        && from.BaseAddress.AddressFamily == endpoint.Address.AddressFamily
        && from.Contains(endpoint.Address)
        && examined.Host.DefaultRoutes.Any(route => route.Table == rule.Table && route.InterfaceIndex == network.Index));

    static IEnumerable<Diagnosis> FindTwice(Case examined)
    {
        var shared =
            from network in examined.Host.Interfaces
            where !network.IsLoopback
            from address in network.Addresses
            where address.CarriesPaths
            group (Network: network, Address: address) by address.Address into same
            where same.Select(one => one.Network.Index).Distinct().Count() > 1
            select same;
        foreach (var same in shared)
        {
            int? first = examined.FirstInterface(same.Key.AddressFamily);
            (MptcpInterface network, MptcpInterfaceAddress address) = same.OrderBy(one => one.Network.Index == first).First();
            yield return new(
                $"{same.Key}",
                $"{string.Join(" and ", same.Select(one => one.Network.Name))} have the same address {same.Key}. "
                    + "The kernel knows an endpoint by its address only.",
                $"Remove the address from one of them. This command removes it from {network.Name}.",
                Invariant($"ip address delete {address.Address}/{address.PrefixLength} dev {network.Name}"));
        }
    }

    static IEnumerable<Diagnosis> FindMtu(Case examined)
    {
        MptcpInterface[] networks =
        [
            .. examined.Endpoints().Select(examined.FindInterface).OfType<MptcpInterface>()
                .DistinctBy(network => network.Index)
                .Where(network => network.Mtu is not null),
        ];
        if (networks.Select(network => network.Mtu).Distinct().Count() > 1)
        {
            yield return new(
                string.Join(", ", networks.Select(network => network.Name)),
                "The interfaces of the endpoints have different MTUs "
                    + $"({string.Join(", ", networks.Select(network => Invariant($"{network.Name} {network.Mtu}")))}). "
                    + "Packets that are too large for a path vanish if a device on the way sends no ICMP.",
                "If transfers stall, let TCP find the size by itself.", "sysctl -w net.ipv4.tcp_mtu_probing=1");
        }
    }

    static string Name(Case examined, int index) => examined.Host.Interfaces.FirstOrDefault(network => network.Index == index).Name();
}
