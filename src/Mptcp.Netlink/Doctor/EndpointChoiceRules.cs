using System.IO.Enumeration;
using static System.FormattableString;
using static Mptcp.Netlink.Doctor.EndpointCommand;
using static Mptcp.Netlink.MptcpFindingSeverity;

namespace Mptcp.Netlink.Doctor;

/// <summary>Endpoints that work, and are a bad choice or have the wrong flags.</summary>
static class EndpointChoiceRules
{
    /// <summary>The names that programs give to tunnels. The kinds of the interfaces say less: many tunnels are of the kind tun.</summary>
    static readonly string[] s_tunnels = ["tun*", "tap*", "wg*", "tailscale*", "zt*", "ppp*", "ipsec*", "vti*", "gre*"];

    internal static readonly Rule[] All =
    [
        new("endpoint-link-local", Warning, FindLinkLocal),
        new("endpoint-vpn", Information, FindVpn),
        new("endpoint-temporary", Warning, FindTemporary),
        new("endpoint-metered", Warning, FindMetered),
        new("endpoint-signal-subflow", Warning, FindMixed),
        new("endpoint-subflow-server", Warning, FindServer),
    ];

    static IEnumerable<Diagnosis> FindLinkLocal(Case examined) =>
        from endpoint in examined.Endpoints()
        where examined.FindAddress(endpoint) is { CarriesPaths: false, IsTemporary: false }
        select new Diagnosis(
            $"{endpoint.Address}",
            $"Endpoint {endpoint.Id} is {endpoint.Address}, an address of the link or host only, "
                + "or a unique local one beside a global one: peers elsewhere cannot reach it.",
            "Remove the endpoint.", Delete(endpoint));

    static IEnumerable<Diagnosis> FindVpn(Case examined) =>
        from endpoint in examined.Endpoints()
        let network = examined.FindInterface(endpoint)
        where network is not null
            && s_tunnels.Any(pattern => FileSystemName.MatchesSimpleExpression(pattern, network.Name, ignoreCase: false))
        select new Diagnosis(
            $"{endpoint.Address}",
            $"Endpoint {endpoint.Id} is {endpoint.Address} on {network.Name}, which looks like a tunnel: "
                + "its packets travel over the other interfaces, so it is not a separate path.",
            "Remove the endpoint, unless the tunnel is what you want.", Delete(endpoint));

    static IEnumerable<Diagnosis> FindTemporary(Case examined) =>
        from endpoint in examined.Endpoints()
        where examined.FindAddress(endpoint) is { IsTemporary: true }
        select new Diagnosis(
            $"{endpoint.Address}",
            $"Endpoint {endpoint.Id} is {endpoint.Address}, a temporary address (RFC 8981): it goes within hours, "
                + "and its paths with it. On a metered link, each new one costs another handshake.",
            "Remove the endpoint, and add the stable address of the interface.", Delete(endpoint));

    static IEnumerable<Diagnosis> FindMetered(Case examined) =>
        from endpoint in examined.Endpoints()
        let network = examined.FindInterface(endpoint)
        where network is not null && examined.Options.Endpoints.Interfaces.IsMetered(network.Name)
            && endpoint.Has(MptcpEndpointFlags.Subflow) && !endpoint.Has(MptcpEndpointFlags.Backup)
        select new Diagnosis(
            $"{endpoint.Address}",
            $"Endpoint {endpoint.Id} is {endpoint.Address} on {network.Name}, which is metered, and is not a backup: "
                + "data flows over it at all times.",
            "Make it a backup.", Invariant($"ip mptcp endpoint change id {endpoint.Id} backup"));

    static IEnumerable<Diagnosis> FindMixed(Case examined) =>
        from endpoint in examined.Endpoints()
        where endpoint.Has(MptcpEndpointFlags.Signal) && endpoint.Has(MptcpEndpointFlags.Subflow)
        let network = examined.FindInterface(endpoint)
        where network is not null
        let role = examined.IsServer() ? MptcpEndpointFlags.Signal : MptcpEndpointFlags.Subflow
        select new Diagnosis(
            $"{endpoint.Address}",
            $"Endpoint {endpoint.Id} ({endpoint.Address}) is both signal and subflow: this host opens paths from it, "
                + "and peers open others to it, until one of the limits is used up.",
            $"Give it one role: {Names(role)}.", Delete(endpoint),
            Add(endpoint, (endpoint.Flags & ~(MptcpEndpointFlags.Signal | MptcpEndpointFlags.Subflow)) | role, network.Name));

    static IEnumerable<Diagnosis> FindServer(Case examined) =>
        from endpoint in examined.Endpoints()
        where examined.IsServer() && endpoint.Has(MptcpEndpointFlags.Subflow) && !endpoint.Has(MptcpEndpointFlags.Signal)
        let network = examined.FindInterface(endpoint)
        where network is not null
        select new Diagnosis(
            $"{endpoint.Address}",
            $"This host only accepts connections, and endpoint {endpoint.Id} ({endpoint.Address}) is subflow: "
                + "the server would connect to the client's port, where nothing listens.",
            "Announce the address instead (signal).", Delete(endpoint),
            Add(
                endpoint,
                (endpoint.Flags & ~(MptcpEndpointFlags.Subflow | MptcpEndpointFlags.FullMesh)) | MptcpEndpointFlags.Signal,
                network.Name));
}
