using System.Globalization;
using System.IO.Enumeration;
using System.Net.Sockets;
using static Mptcp.Netlink.MptcpFindingSeverity;

namespace Mptcp.Netlink.Doctor;

/// <summary>Endpoints, and addresses that are none.</summary>
static class EndpointRules
{
    /// <summary>The names that programs give to tunnels. The kinds of the interfaces say less: many tunnels are of the kind tun.</summary>
    static readonly string[] s_tunnels = ["tun*", "tap*", "wg*", "tailscale*", "zt*", "ppp*", "ipsec*", "vti*", "gre*"];

    internal static readonly Rule[] All =
    [
        new("endpoint-address-gone", Warning, FindAddressGone),
        new("endpoint-interface-wrong", Warning, FindInterfaceWrong),
        new("endpoint-interface-down", Warning, FindInterfaceDown),
        new("endpoint-no-route", Warning, FindNoRoute),
        new("endpoint-missing", Warning, FindMissing),
        new("endpoint-link-local", Warning, FindLinkLocal),
        new("endpoint-vpn", Information, FindVpn),
        new("endpoint-temporary", Warning, FindTemporary),
        new("endpoint-metered", Warning, FindMetered),
        new("endpoint-signal-subflow", Warning, FindMixed),
        new("endpoint-subflow-server", Warning, FindServer),
    ];

    static IEnumerable<Diagnosis> FindAddressGone(Case examined) =>
        from endpoint in examined.Endpoints()
        where examined.FindInterface(endpoint) is null
        select new Diagnosis(
            $"{endpoint.Address}", $"Endpoint {endpoint.Id} is {endpoint.Address}, and no interface has this address: the kernel cannot bind subflows to it.", "Remove the endpoint.", Delete(endpoint));

    /// <summary>A modem that was plugged in again has another number, and its old one is the endpoint's.</summary>
    static IEnumerable<Diagnosis> FindInterfaceWrong(Case examined) =>
        from endpoint in examined.Endpoints()
        where endpoint.InterfaceIndex != 0
        let network = examined.FindInterface(endpoint)
        where network is not null && network.Index != endpoint.InterfaceIndex
        select new Diagnosis(
            $"{endpoint.Address}",
            $"Endpoint {endpoint.Id} binds {endpoint.Address} to {endpoint.InterfaceName ?? $"interface {endpoint.InterfaceIndex}, which does not exist"}, and the address is on {network.Name}.",
            "Add the endpoint again, with the right interface.",
            Delete(endpoint), Add(endpoint, endpoint.Flags, network.Name));

    static IEnumerable<Diagnosis> FindInterfaceDown(Case examined) =>
        from endpoint in examined.Endpoints()
        let network = examined.FindInterface(endpoint)
        where network is { IsUp: false }
        select new Diagnosis(
            $"{endpoint.Address}", $"Endpoint {endpoint.Id} is {endpoint.Address} on {network.Name}, which is down.", "Take the interface up, or remove the endpoint.", $"ip link set {network.Name} up");

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
        string ip = Facts.Ip(family), evidence = $"Endpoint {endpoint.Id} is {endpoint.Address}, and {network.Name} has no default route for this address: its subflows reach only neighbours.";
        if (examined.Host.DefaultRoutes.FirstOrDefault(route => route.InterfaceIndex == network.Index && route.Destination.BaseAddress.AddressFamily == family) is { } unused)
        {
            return new(
                $"{endpoint.Address}", evidence, string.Create(CultureInfo.InvariantCulture, $"Table {unused.Table} has a default route over {network.Name}: add a rule that uses it."),
                string.Create(CultureInfo.InvariantCulture, $"{ip} rule add from {endpoint.Address} table {unused.Table}"));
        }

        return new(
            $"{endpoint.Address}", evidence,
            $"Add a default route, with a higher metric than that of the first interface: '{ip} route add default via ROUTER dev {network.Name} metric 500'. If all peers are on the same network, the endpoint is right.");
    }

    /// <summary>Not for the interface that connections begin on, which needs none for a second path, and not for a server, whose clients open the paths.</summary>
    static IEnumerable<Diagnosis> FindMissing(Case examined)
    {
        if (examined.IsServer() || examined.Host.Endpoints is null)
            yield break;

        foreach (var family in examined.Paths().GroupBy(path => path.Endpoint.Address.AddressFamily))
        {
            foreach (var network in family.GroupBy(path => path.Endpoint.InterfaceIndex).Where(network => network.Key != examined.FirstInterface(family.Key)))
            {
                MptcpEndpoint wanted = network.First().Endpoint;
                if (family.Any(path => path.Endpoint.InterfaceIndex != network.Key) && !network.Any(path => examined.Endpoints().Any(endpoint => endpoint.Address.Equals(path.Endpoint.Address))))
                {
                    yield return new(
                        wanted.InterfaceName!, $"{wanted.InterfaceName} has a default route for {wanted.Address}, and this address is no endpoint: connections open no path from it.",
                        "Add an endpoint, or let AddMptcpEndpoints do it.", Add(wanted, wanted.Flags, wanted.InterfaceName!));
                }
            }
        }
    }

    static IEnumerable<Diagnosis> FindLinkLocal(Case examined) =>
        from endpoint in examined.Endpoints()
        where examined.FindAddress(endpoint) is { CarriesPaths: false, IsTemporary: false }
        select new Diagnosis(
            $"{endpoint.Address}", $"Endpoint {endpoint.Id} is {endpoint.Address}, an address of the link or host only, or a unique local one beside a global one: peers elsewhere cannot reach it.",
            "Remove the endpoint.", Delete(endpoint));

    static IEnumerable<Diagnosis> FindVpn(Case examined) =>
        from endpoint in examined.Endpoints()
        let network = examined.FindInterface(endpoint)
        where network is not null && s_tunnels.Any(pattern => FileSystemName.MatchesSimpleExpression(pattern, network.Name, ignoreCase: false))
        select new Diagnosis(
            $"{endpoint.Address}", $"Endpoint {endpoint.Id} is {endpoint.Address} on {network.Name}, which looks like a tunnel: its packets travel over the other interfaces, so it is no path of its own.",
            "Remove the endpoint, unless the tunnel is what you want.", Delete(endpoint));

    static IEnumerable<Diagnosis> FindTemporary(Case examined) =>
        from endpoint in examined.Endpoints()
        where examined.FindAddress(endpoint) is { IsTemporary: true }
        select new Diagnosis(
            $"{endpoint.Address}", $"Endpoint {endpoint.Id} is {endpoint.Address}, a temporary address (RFC 8981): it goes within hours, and its paths with it. On a metered link, each new one costs another handshake.",
            "Remove the endpoint, and add the stable address of the interface.", Delete(endpoint));

    static IEnumerable<Diagnosis> FindMetered(Case examined) =>
        from endpoint in examined.Endpoints()
        let network = examined.FindInterface(endpoint)
        where network is not null && examined.Options.Endpoints.Interfaces.IsMetered(network.Name) && endpoint.Has(MptcpEndpointFlags.Subflow) && !endpoint.Has(MptcpEndpointFlags.Backup)
        select new Diagnosis(
            $"{endpoint.Address}", $"Endpoint {endpoint.Id} is {endpoint.Address} on {network.Name}, which is metered, and is not a backup: data flows over it at all times.",
            "Make it a backup.", string.Create(CultureInfo.InvariantCulture, $"ip mptcp endpoint change id {endpoint.Id} backup"));

    static IEnumerable<Diagnosis> FindMixed(Case examined) =>
        from endpoint in examined.Endpoints()
        where endpoint.Has(MptcpEndpointFlags.Signal) && endpoint.Has(MptcpEndpointFlags.Subflow)
        let network = examined.FindInterface(endpoint)
        where network is not null
        let role = examined.IsServer() ? MptcpEndpointFlags.Signal : MptcpEndpointFlags.Subflow
        select new Diagnosis(
            $"{endpoint.Address}", $"Endpoint {endpoint.Id} ({endpoint.Address}) is both signal and subflow: this host opens paths from it, and peers open others to it, until one of the limits is used up.",
            $"Give it one role: {Names(role)}.", Delete(endpoint), Add(endpoint, (endpoint.Flags & ~(MptcpEndpointFlags.Signal | MptcpEndpointFlags.Subflow)) | role, network.Name));

    static IEnumerable<Diagnosis> FindServer(Case examined) =>
        from endpoint in examined.Endpoints()
        where examined.IsServer() && endpoint.Has(MptcpEndpointFlags.Subflow) && !endpoint.Has(MptcpEndpointFlags.Signal)
        let network = examined.FindInterface(endpoint)
        where network is not null
        select new Diagnosis(
            $"{endpoint.Address}", $"This host only accepts connections, and endpoint {endpoint.Id} ({endpoint.Address}) is subflow: the server would connect to the client's port, where nothing listens.",
            "Announce the address instead (signal).", Delete(endpoint), Add(endpoint, (endpoint.Flags & ~(MptcpEndpointFlags.Subflow | MptcpEndpointFlags.FullMesh)) | MptcpEndpointFlags.Signal, network.Name));

    static string Delete(MptcpEndpoint endpoint) => string.Create(CultureInfo.InvariantCulture, $"ip mptcp endpoint delete id {endpoint.Id}");

    static string Add(MptcpEndpoint endpoint, MptcpEndpointFlags flags, string device)
    {
        string port = endpoint.Port == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $" port {endpoint.Port}");
        return $"ip mptcp endpoint add {endpoint.Address}{port} dev {device} {Names(flags)}";
    }

    /// <summary>As ip(8) writes them.</summary>
    static string Names(MptcpEndpointFlags flags) => flags.ToString().Replace(",", "", StringComparison.Ordinal).ToLowerInvariant();
}
