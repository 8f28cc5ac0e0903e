using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Mptcp.Netlink.Transport;
using Mptcp.Sockets.Interop;
using static Mptcp.Netlink.Interop.RouteConstants;
using static Mptcp.Netlink.Interop.RouteLayout;
using static Mptcp.Sockets.Interop.LinuxConstants;
using static Mptcp.Sockets.Interop.NetlinkConstants;

namespace Mptcp.Netlink.Routing;

/// <summary>
/// Reads interfaces, addresses, routes and rules of the network namespace of the thread that opened it. Not thread-safe.
/// </summary>
sealed class HostReader : IDisposable
{
    const int BitsOfAByte = 8;

    // Addresses to which no network has a special route: those for documentation, RFC 5737 and RFC 3849.
    static readonly IPAddress s_elsewhereIPv4 = IPAddress.Parse("192.0.2.1"), s_elsewhereIPv6 = IPAddress.Parse("2001:db8::1");

    readonly NetlinkSocket _socket;

    HostReader(NetlinkSocket socket) => _socket = socket;

    /// <exception cref="SocketException">The process has too many open files.</exception>
    internal static HostReader Open() => new(NetlinkSocket.Open(NETLINK_ROUTE));

    /// <exception cref="MptcpNetlinkException">The kernel refuses, or the interfaces change during each attempt.</exception>
    /// <exception cref="InvalidDataException">The kernel's answer makes no sense.</exception>
    internal IReadOnlyList<MptcpInterface> ReadInterfaces() => ReadInterfaces(new Lazy<IReadOnlyList<MptcpHostRoute>>(ReadDefaultRoutes));

    /// <inheritdoc cref="ReadInterfaces()"/>
    /// <param name="defaultRoutes">
    /// What <see cref="ReadDefaultRoutes"/> gives. Only addresses with a table of the service need it, since a list of all routes can be
    /// long.
    /// </param>
    internal IReadOnlyList<MptcpInterface> ReadInterfaces(Lazy<IReadOnlyList<MptcpHostRoute>> defaultRoutes)
    {
        var links = new List<LinkMessage>();
        var request = new NetlinkMessageWriter(stackalloc byte[NetlinkMessageWriter.Enough], RTM_GETLINK, NLM_F_DUMP);
        request.Header(ifinfomsg.Size);
        request.UInt32(IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS);
        _socket.Dump(request, "list the network interfaces", links.Clear, message =>
        {
            if (message.Type == RTM_NEWLINK)
                links.Add(LinkMessage.Parse(message));
        });

        var addresses = new List<AddressMessage>();
        request = new NetlinkMessageWriter(stackalloc byte[NetlinkMessageWriter.Enough], RTM_GETADDR, NLM_F_DUMP);
        request.Header(ifaddrmsg.Size);
        _socket.Dump(request, "list the addresses of the network interfaces", addresses.Clear, message =>
        {
            if (message.Type == RTM_NEWADDR && AddressMessage.Parse(message) is { } address)
                addresses.Add(address);
        });
        return InterfaceTable.Build(links, addresses, address => FindDefaultRoute(address, defaultRoutes), FindReplyRoute, ReadFilters());
    }

    /// <summary>Reads the reverse path filter of each interface. The kernel applies the stricter one of the interface and of all.</summary>
    Dictionary<int, int> ReadFilters()
    {
        var filters = new Dictionary<int, int>();
        var request = new NetlinkMessageWriter(stackalloc byte[NetlinkMessageWriter.Enough], RTM_GETNETCONF, NLM_F_DUMP);
        request.Header(netconfmsg.Size)[netconfmsg.ncm_family] = AF_INET;
        _socket.Dump(request, "list the settings of the network interfaces", filters.Clear, message =>
        {
            if (message.Type != RTM_NEWNETCONF || message.Header(netconfmsg.Size)[netconfmsg.ncm_family] != AF_INET)
                return;

            (int? index, int? filter) = (null, null);
            foreach (NetlinkAttribute attribute in message.AttributesBehind(netconfmsg.Size))
            {
                if (attribute.Type == NETCONFA_IFINDEX)
                    index = attribute.Int32;
                else if (attribute.Type == NETCONFA_RP_FILTER)
                    filter = attribute.Int32;
            }

            if (index is not null && filter is not null)
                filters[index.Value] = filter.Value;
        });
        int all = filters.GetValueOrDefault(NETCONFA_IFINDEX_ALL);
        return filters.ToDictionary(filter => filter.Key, filter => Math.Max(filter.Value, all));
    }

    /// <summary>Reads the default routes of all tables.</summary>
    /// <inheritdoc cref="ReadInterfaces()"/>
    internal IReadOnlyList<MptcpHostRoute> ReadDefaultRoutes() => ReadRoutes(route => route.IsDefault);

    /// <summary>Reads routes of all tables.</summary>
    /// <inheritdoc cref="ReadInterfaces()"/>
    internal IReadOnlyList<MptcpHostRoute> ReadRoutes(Func<MptcpHostRoute, bool> isWanted)
    {
        var routes = new List<MptcpHostRoute>();
        var request = new NetlinkMessageWriter(stackalloc byte[NetlinkMessageWriter.Enough], RTM_GETROUTE, NLM_F_DUMP);
        request.Header(rtmsg.Size);
        _socket.Dump(request, "list the routes", routes.Clear, message =>
        {
            if (message.Type == RTM_NEWROUTE)
                routes.AddRange(RouteMessage.Parse(message).Where(isWanted));
        });
        return routes;
    }

    /// <summary>Reads the rules of the routing policy.</summary>
    /// <inheritdoc cref="ReadInterfaces()"/>
    internal IReadOnlyList<MptcpHostRule> ReadRules()
    {
        var rules = new List<MptcpHostRule>();
        var request = new NetlinkMessageWriter(stackalloc byte[NetlinkMessageWriter.Enough], RTM_GETRULE, NLM_F_DUMP);
        request.Header(fib_rule_hdr.Size);
        _socket.Dump(request, "list the rules of the routing policy", rules.Clear, message =>
        {
            if (message.Type == RTM_NEWRULE && RuleMessage.Parse(message) is { } rule)
                rules.Add(rule);
        });
        return rules;
    }

    /// <summary>Gets the writer of routes and rules, on the same socket.</summary>
    internal RouteWriter Writer => new(_socket);

    public void Dispose() => _socket.Dispose();

    /// <summary>
    /// Lets the kernel look up the route of a subflow from this address, bound to this interface. A special route does not count: the
    /// destination is elsewhere.
    /// </summary>
    MptcpHostRoute? FindDefaultRoute(AddressMessage from, Lazy<IReadOnlyList<MptcpHostRoute>> defaultRoutes)
    {
        IReadOnlyList<MptcpHostRoute>? routes = TryFind(from, withSource: true);
        MptcpHostRoute? found = routes?.FirstOrDefault(route => route.InterfaceIndex == from.Index);

        // For IPv6, this look-up prefers the interface, and a bound socket insists on it. So does a look-up without a source:
        // ip6_route_output_flags in net/ipv6/route.c.
        if (found is null && routes is not null && from.Address.AddressFamily == AddressFamily.InterNetworkV6)
            found = TryFind(from, withSource: false)?.FirstOrDefault(route => route.InterfaceIndex == from.Index);

        // If the service has added a table for the address, the route from which the table was made counts.
        if (found?.Protocol == MptcpEndpointPlan.RoutingProtocol)
        {
            found = defaultRoutes.Value
                .Where(route => route.Protocol != MptcpEndpointPlan.RoutingProtocol && route.Kind == RTN_UNICAST
                    && route.InterfaceIndex == from.Index && route.Destination.BaseAddress.AddressFamily == from.Address.AddressFamily)
                .MinBy(route => route.Metric);
        }

        return found?.Kind == RTN_UNICAST ? found : null;
    }

    MptcpHostRoute? FindReplyRoute(AddressMessage from) =>
        TryFind(from, withSource: true, withInterface: false)?
            .OrderByDescending(route => route.InterfaceIndex == from.Index).FirstOrDefault(route => route.Kind == RTN_UNICAST);

    /// <summary>Returns <see langword="null"/> if the kernel has no route, or if the address has gone meanwhile.</summary>
    List<MptcpHostRoute>? TryFind(AddressMessage from, bool withSource, bool withInterface = true)
    {
        bool isIPv6 = from.Address.AddressFamily == AddressFamily.InterNetworkV6;
        byte[] source = from.Address.GetAddressBytes(), elsewhere = (isIPv6 ? s_elsewhereIPv6 : s_elsewhereIPv4).GetAddressBytes();
        var request = new NetlinkMessageWriter(stackalloc byte[NetlinkMessageWriter.Enough], RTM_GETROUTE, NLM_F_ACK);
        Span<byte> header = request.Header(rtmsg.Size);
        header[rtmsg.rtm_family] = (byte)(isIPv6 ? AF_INET6 : AF_INET);
        header[rtmsg.rtm_dst_len] = (byte)(elsewhere.Length * BitsOfAByte);
        header[rtmsg.rtm_src_len] = (byte)(withSource ? source.Length * BitsOfAByte : 0);
        MemoryMarshal.Write(header[rtmsg.rtm_flags..], RTM_F_FIB_MATCH);
        request.Bytes(RTA_DST, elsewhere);
        if (withSource)
            request.Bytes(RTA_SRC, source);

        if (withInterface)
            request.Int32(RTA_OIF, from.Index);

        var routes = new List<MptcpHostRoute>();
        try
        {
            _socket.Request(request, $"find a route from {from.Address}", message => routes.AddRange(RouteMessage.Parse(message)));
            return routes;
        }
        catch (MptcpNetlinkException)
        {
            return null; // with each of these errors (ENETUNREACH, EHOSTUNREACH, EACCES, ENODEV), no packet leaves
        }
    }
}
