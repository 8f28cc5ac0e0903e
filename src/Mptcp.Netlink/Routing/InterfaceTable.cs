namespace Mptcp.Netlink.Routing;

/// <summary>What the kernel says of links and addresses → interfaces.</summary>
static class InterfaceTable
{
    internal static IReadOnlyList<MptcpInterface> Build(IEnumerable<LinkMessage> links, IEnumerable<AddressMessage> addresses)
    {
        ILookup<int, AddressMessage> byInterface = addresses.Where(address => address.IsOfUse).ToLookup(address => address.Index);
        return
        [
            .. links
                .Where(link => link.IsUp && byInterface.Contains(link.Index))
                .OrderBy(link => link.Index)
                .Select(link => new MptcpInterface(link.Index, link.Name, Addresses(link, [.. byInterface[link.Index]]))),
        ];
    }

    static MptcpInterfaceAddress[] Addresses(LinkMessage link, AddressMessage[] addresses)
    {
        bool hasGlobalIPv6 = addresses.Any(address => address.IsGlobalIPv6);
        return
        [
            .. addresses
                .Where(address => !hasGlobalIPv6 || !address.Address.IsIPv6UniqueLocal)
                .Select(address => new MptcpInterfaceAddress(address.Address, link.IsRunning && address.IsReady)),
        ];
    }
}
