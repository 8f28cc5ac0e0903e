using System.Net.Sockets;
using static System.FormattableString;
using static Mptcp.Netlink.Doctor.EndpointCommand;
using static Mptcp.Netlink.MptcpFindingSeverity;

namespace Mptcp.Netlink.Doctor;

/// <summary>Endpoints that cannot work as they are, and addresses that should be endpoints.</summary>
static class EndpointRules
{
    internal static readonly Rule[] All =
    [
        new("endpoint-address-gone", Warning, FindAddressGone),
        new("endpoint-interface-wrong", Warning, FindInterfaceWrong),
        new("endpoint-interface-down", Warning, FindInterfaceDown),
        new("endpoint-no-route", Warning, FindNoRoute),
        new("endpoint-missing", Warning, FindMissing),
    ];

    static IEnumerable<Diagnosis> FindAddressGone(Case examined) =>
        from endpoint in examined.Endpoints()
        where examined.FindInterface(endpoint) is null
        select new Diagnosis(
            $"{endpoint.Address}",
            $"Endpoint {endpoint.Id} is {endpoint.Address}, and no interface has this address: the kernel cannot bind subflows to it.",
            "Remove the endpoint.", Delete(endpoint));

    /// <summary>A modem that was plugged in again has a new index, and the endpoint has the old one.</summary>
    static IEnumerable<Diagnosis> FindInterfaceWrong(Case examined) =>
        from endpoint in examined.Endpoints()
        where endpoint.InterfaceIndex != 0
        let network = examined.FindInterface(endpoint)
        where network is not null && network.Index != endpoint.InterfaceIndex
        select new Diagnosis(
            $"{endpoint.Address}",
            $"Endpoint {endpoint.Id} binds {endpoint.Address} to "
                + $"{endpoint.InterfaceName ?? $"interface {endpoint.InterfaceIndex}, which does not exist"}, "
                + $"and the address is on {network.Name}.",
            "Add the endpoint again, with the right interface.",
            Delete(endpoint), Add(endpoint, endpoint.Flags, network.Name));

    static IEnumerable<Diagnosis> FindInterfaceDown(Case examined) =>
        from endpoint in examined.Endpoints()
        let network = examined.FindInterface(endpoint)
        where network is { IsUp: false }
        select new Diagnosis(
            $"{endpoint.Address}", $"Endpoint {endpoint.Id} is {endpoint.Address} on {network.Name}, which is down.",
            "Take the interface up, or remove the endpoint.", $"ip link set {network.Name} up");

    static IEnumerable<Diagnosis> FindNoRoute(Case examined) =>
        from endpoint in examined.Endpoints()
        where endpoint.Has(MptcpEndpointFlags.Subflow) && !examined.Options.Endpoints.AlsoWithoutDefaultRoute
        let network = examined.FindInterface(endpoint)
        let address = examined.FindAddress(endpoint)
        where network is { IsUp: true } && address is { CarriesPaths: true, DefaultRoute: null }
        select ExplainNoRoute(examined, endpoint, network);

    static Diagnosis ExplainNoRoute(Case examined, MptcpEndpoint endpoint, MptcpInterface network)
    {
        AddressFamily family = endpoint.Address.AddressFamily;
        string ip = Facts.Ip(family);
        string evidence = $"Endpoint {endpoint.Id} is {endpoint.Address}, and {network.Name} has no default route for this address: "
            + "its subflows reach only neighbours.";
        MptcpHostRoute? unused = examined.Host.DefaultRoutes
            .FirstOrDefault(route => route.InterfaceIndex == network.Index && route.Destination.BaseAddress.AddressFamily == family);
        if (unused is not null)
        {
            return new(
                $"{endpoint.Address}", evidence,
                Invariant($"Table {unused.Table} has a default route over {network.Name}: add a rule that uses it."),
                Invariant($"{ip} rule add from {endpoint.Address} table {unused.Table}"));
        }

        return new(
            $"{endpoint.Address}", evidence,
            "Add a default route, with a higher metric than that of the first interface: "
                + $"'{ip} route add default via ROUTER dev {network.Name} metric 500'. If all peers are on the same network, "
                + "the endpoint is right.");
    }

    /// <summary>Skips the interface on which connections begin, which needs none, and servers, whose clients open the paths.</summary>
    static IEnumerable<Diagnosis> FindMissing(Case examined)
    {
        if (examined.IsServer() || examined.Host.Endpoints is null)
            yield break;

        foreach (var family in examined.Paths().GroupBy(path => path.Endpoint.Address.AddressFamily))
        {
            int? first = examined.FirstInterface(family.Key);
            foreach (var network in family.GroupBy(path => path.Endpoint.InterfaceIndex).Where(network => network.Key != first))
            {
                MptcpEndpoint wanted = network.First().Endpoint;
                if (family.Any(path => path.Endpoint.InterfaceIndex != network.Key)
                    && !network.Any(path => examined.Endpoints().Any(endpoint => endpoint.Address.Equals(path.Endpoint.Address))))
                {
                    yield return new(
                        wanted.InterfaceName!,
                        $"{wanted.InterfaceName} has a default route for {wanted.Address}, but this address is not an endpoint: "
                            + "connections open no path from it.",
                        "Add an endpoint, or let AddMptcpEndpoints do it.", Add(wanted, wanted.Flags, wanted.InterfaceName!));
                }
            }
        }
    }
}
