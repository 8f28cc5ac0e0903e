namespace Mptcp.Netlink.Endpoints;

/// <summary>An address of an interface, as an endpoint, and the reason why it should be one or not.</summary>
/// <param name="Endpoint">The endpoint, without an id.</param>
/// <param name="Reason"><see cref="MptcpEndpointReason.CarriesPaths"/> if it should be one.</param>
sealed record EndpointCandidate(MptcpEndpoint Endpoint, MptcpEndpointReason Reason)
{
    internal bool IsReady => Reason == MptcpEndpointReason.CarriesPaths;

    /// <summary>
    /// Returns all addresses, the most important first, because the kernel has room for few. Unmetered interfaces come first, and one
    /// address of each interface and family comes before its others.
    /// </summary>
    internal static IEnumerable<EndpointCandidate> From(MptcpHostSnapshot host, MptcpEndpointsOptions options) =>
        from network in host.Interfaces
        where !network.IsLoopback
        let rule = options.Rules.FirstOrDefault(rule => MptcpInterfaceSelection.Matches(rule.Match, network.Name))
        let isMetered = rule?.Metered ?? options.Interfaces.IsMetered(network.Name)
        from family in network.Addresses.GroupBy(address => address.Address.AddressFamily)
        from ranked in family.OrderByDescending(address => address.CarriesPaths).Index()
        orderby isMetered, rule?.Priority ?? 0, ranked.Index, network.Index
        select new EndpointCandidate(
            new MptcpEndpoint(ranked.Item.Address, (rule?.Flags ?? options.Flags) | (isMetered ? MptcpEndpointFlags.Backup : 0))
            {
                InterfaceIndex = network.Index,
                InterfaceName = network.Name,
            },
            FindReason(network, ranked.Item, rule, options));

    static MptcpEndpointReason FindReason(
        MptcpInterface network, MptcpInterfaceAddress address, MptcpEndpointRule? rule, MptcpEndpointsOptions options) =>
        !options.Interfaces.IsAllowed(network.Name) ? MptcpEndpointReason.NotSelected
        : rule?.Family is { } family && family != address.Address.AddressFamily ? MptcpEndpointReason.NotSelected
        : !address.CarriesPaths ? MptcpEndpointReason.UnsuitableAddress
        : !network.IsUp ? MptcpEndpointReason.InterfaceDown
        : !network.HasCarrier ? MptcpEndpointReason.NoCarrier
        : address.DefaultRoute is null && !options.AlsoWithoutDefaultRoute ? MptcpEndpointReason.NoDefaultRoute
        : !address.IsReady ? MptcpEndpointReason.NotReady
        : MptcpEndpointReason.CarriesPaths;
}
