namespace Mptcp.Netlink.Endpoints;

/// <summary>An endpoint that there should be.</summary>
/// <param name="Endpoint">Its address, interface and flags.</param>
/// <param name="IsReady">Whether it can be added now. If not, it is kept where it is there.</param>
readonly record struct WantedEndpoint(MptcpEndpoint Endpoint, bool IsReady)
{
    /// <summary>The most important first, since the kernel has no room for many: what is not metered, then one address of each interface and family before its others.</summary>
    internal static IReadOnlyList<WantedEndpoint> From(IReadOnlyList<MptcpInterface> interfaces, MptcpEndpointsOptions options) =>
    [
        .. (from network in interfaces
            where options.Interfaces.IsAllowed(network.Name)
            let isMetered = options.Interfaces.IsMetered(network.Name)
            from family in network.Addresses.GroupBy(address => address.Address.AddressFamily)
            from ranked in family.Index()
            orderby isMetered, ranked.Index, network.Index
            select new WantedEndpoint(
                new MptcpEndpoint(ranked.Item.Address, options.Flags | (isMetered ? MptcpEndpointFlags.Backup : 0))
                {
                    InterfaceIndex = network.Index,
                    InterfaceName = network.Name,
                },
                ranked.Item.IsReady)).DistinctBy(want => want.Endpoint.Address),
    ];
}
