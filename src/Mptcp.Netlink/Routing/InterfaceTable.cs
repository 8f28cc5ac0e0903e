namespace Mptcp.Netlink.Routing;

/// <summary>Combines the kernel's links, addresses and routes to interfaces.</summary>
static class InterfaceTable
{
    /// <param name="links">All links.</param>
    /// <param name="addresses">All addresses.</param>
    /// <param name="findDefaultRoute">
    /// Finds the default route from an address. Called only for addresses that carry paths and are up.
    /// </param>
    /// <param name="findReplyRoute">
    /// Finds the route of answers from an address. Called only for addresses that carry paths and are up.
    /// </param>
    /// <param name="filters">The reverse path filters, by the index of the interface.</param>
    internal static IReadOnlyList<MptcpInterface> Build(
        IEnumerable<LinkMessage> links, IEnumerable<AddressMessage> addresses, Func<AddressMessage, MptcpHostRoute?> findDefaultRoute,
        Func<AddressMessage, MptcpHostRoute?>? findReplyRoute = null, IReadOnlyDictionary<int, int>? filters = null)
    {
        ILookup<int, AddressMessage> byInterface = addresses.ToLookup(address => address.Index);
        return [.. links.OrderBy(link => link.Index).Select(Interface)];

        MptcpInterface Interface(LinkMessage link) =>
            new(link.Index, link.Name, Addresses(link, [.. byInterface[link.Index]], findDefaultRoute, findReplyRoute))
            {
                IsUp = link.IsUp,
                IsLoopback = link.IsLoopback,
                HasCarrier = link.HasCarrier,
                Mtu = link.Mtu,
                ReversePathFilter = filters?.TryGetValue(link.Index, out int filter) == true ? filter : null,
            };
    }

    static MptcpInterfaceAddress[] Addresses(
        LinkMessage link, AddressMessage[] addresses, Func<AddressMessage, MptcpHostRoute?> findDefaultRoute,
        Func<AddressMessage, MptcpHostRoute?>? findReplyRoute)
    {
        bool isReady = link is { IsUp: true, HasCarrier: true, IsRunning: true };
        bool hasGlobalIPv6 = addresses.Any(address => address.CarriesPaths && address.IsGlobalIPv6);
        return
        [
            .. from address in addresses
               let carriesPaths = !link.IsLoopback && address.CarriesPaths && !(hasGlobalIPv6 && address.Address.IsIPv6UniqueLocal)
               select new MptcpInterfaceAddress(address.Address, carriesPaths && isReady && address.IsReady)
               {
                   CarriesPaths = carriesPaths,
                   IsTemporary = address.IsTemporary,
                   PrefixLength = address.PrefixLength,
                   DefaultRoute = carriesPaths && link.IsUp ? findDefaultRoute(address) : null,
                   ReplyRoute = carriesPaths && link.IsUp ? findReplyRoute?.Invoke(address) : null,
               },
        ];
    }
}
