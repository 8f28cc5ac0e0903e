using System.Net;
using System.Net.Sockets;
using Mptcp.Lab.Interop;
using static Mptcp.Lab.Interop.RouteConstants;
using static Mptcp.Lab.Interop.RouteLayout;

namespace Mptcp.Lab;

/// <summary>Creates the requests to the kernel about devices, addresses, routes, rules and neighbours.</summary>
static class RouteRequests
{
    const uint MostSegments = 65_535; // GSO_MAX_SEGS in linux/netdevice.h, the value of a new device
    const uint FirstRoutingTable = 1000; // unused: the kernel's own are 253 to 255

    internal static RouteRequest BringLoopbackUp => SetUp("lo", true);

    /// <summary>
    /// Requests, for a host and a family, that the networks of links are reached over the links. The source address decides about all
    /// other packets: see <see cref="AddRule"/>.
    /// </summary>
    internal static RouteRequest PreferLinks(AddressFamily family)
    {
        const uint notByDefaultRoutes = 0;
        return Rule("prefer the networks of links", RTM_NEWRULE, family, RT_TABLE_MAIN, 1000).With(FRA_SUPPRESS_PREFIXLEN, notByDefaultRoutes);
    }

    /// <summary>Adds two connected devices, which belong to no link.</summary>
    internal static RouteRequest AddCable() =>
        Veth("add a pair of devices", 0, request => request.With(IFLA_IFNAME, "probe1"), request => request.With(IFLA_IFNAME, "probe2"));

    /// <summary>Connects the two ends of a link.</summary>
    internal static RouteRequest AddCable(LabLink link) =>
        Veth($"add the link {link.Name}", 0, End(link.First), End(link.Second, link.SecondHost.NamespaceDescriptor));

    /// <summary>Connects one end of a link with its wire.</summary>
    internal static RouteRequest AddCable(LabInterface end, LabHost backstage) => Veth(
        $"add the link {end.Link.Name}",
        0,
        End(end),
        request => request.With(IFLA_IFNAME, end.WireName).With(IFLA_MTU, (uint)LabInterface.LargestMtu).With(IFLA_NET_NS_FD, (uint)backstage.NamespaceDescriptor));

    /// <summary>Makes a device send packets one by one, or several as one.</summary>
    internal static RouteRequest SendAlone(int index, bool isAlone) =>
        SetLink("set how many packets are sent as one", index).With(IFLA_GSO_MAX_SEGS, isAlone ? 1 : MostSegments);

    /// <summary>Creates a device with this index, so that no other device gets it.</summary>
    internal static RouteRequest OccupyIndex(int index) =>
        Veth($"use the index {index}", index, request => request.With(IFLA_IFNAME, $"used{index}"), request => request.With(IFLA_IFNAME, $"peer{index}"));

    internal static RouteRequest RemoveDevice(string name) =>
        RouteRequest.Create($"remove the device {name}", RTM_DELLINK, 0, default(ifinfomsg)).With(IFLA_IFNAME, name);

    internal static RouteRequest SetUp(string device, bool isUp) =>
        RouteRequest.Create($"take {device} {(isUp ? "up" : "down")}", RTM_NEWLINK, 0, new ifinfomsg { ifi_flags = isUp ? IFF_UP : 0, ifi_change = IFF_UP })
            .With(IFLA_IFNAME, device);

    internal static RouteRequest Move(int index, int descriptor, string newName) =>
        SetLink($"move a device and name it {newName}", index).With(IFLA_NET_NS_FD, (uint)descriptor).With(IFLA_IFNAME, newName);

    internal static RouteRequest Rename(int index, string name) => SetLink($"name a device {name}", index).With(IFLA_IFNAME, name);

    internal static RouteRequest SetMtu(int index, int mtu) => SetLink($"set the MTU {mtu}", index).With(IFLA_MTU, (uint)mtu);

    internal static RouteRequest AddAddress(int index, LabAddress address, bool detectDuplicates) =>
        Address($"add the address {address}", RTM_NEWADDR, NLM_F_CREATE | NLM_F_EXCL, index, address).With(IFA_FLAGS, detectDuplicates ? 0 : IFA_F_NODAD);

    internal static RouteRequest RemoveAddress(int index, LabAddress address) => Address($"remove the address {address}", RTM_DELADDR, 0, index, address);

    internal static RouteRequest ManageTemporaryAddresses(int index, LabAddress address) =>
        Address($"make temporary addresses of {address}", RTM_NEWADDR, NLM_F_REPLACE, index, address).With(IFA_FLAGS, IFA_F_MANAGETEMPADDR | IFA_F_NODAD);

    /// <summary>Routes packets from an address of a link by the routing table of the link.</summary>
    internal static RouteRequest AddRule(LabLink link, IPAddress address) => Rule(link, address, RTM_NEWRULE);

    internal static RouteRequest RemoveRule(LabLink link, IPAddress address) => Rule(link, address, RTM_DELRULE);

    /// <summary>Adds the fallback of the link's routing table: it rejects what no other route of the table carries.</summary>
    internal static RouteRequest RejectElsewhere(LabLink link, AddressFamily family) =>
        Rejection("reject", link, RTM_NEWROUTE, NLM_F_CREATE | NLM_F_REPLACE, family);

    internal static RouteRequest StopRejecting(LabLink link, AddressFamily family) => Rejection("stop rejecting", link, RTM_DELROUTE, 0, family);

    /// <summary>
    /// Adds the hardware address of the peer. Without it, the host would search for the peer and so notice a fault, and packets that pass
    /// would be lost.
    /// </summary>
    internal static RouteRequest AddNeighbour(int index, IPAddress peer, byte[] hardwareAddress) =>
        Neighbour($"add the neighbour {peer}", RTM_NEWNEIGH, NLM_F_CREATE | NLM_F_REPLACE, index, peer).With(NDA_LLADDR, hardwareAddress);

    internal static RouteRequest RemoveNeighbour(int index, IPAddress peer) => Neighbour($"remove the neighbour {peer}", RTM_DELNEIGH, 0, index, peer);

    internal static RouteRequest AddRoute(int index, IPNetwork network, IPAddress gateway) =>
        Route($"add the route to {network} via {gateway}", RTM_NEWROUTE, index, gateway, RT_TABLE_MAIN, null, network);

    /// <summary>
    /// Adds a default route for packets without a source address, and one for packets from the link's own address: they use this link or
    /// none.
    /// </summary>
    internal static RouteRequest[] AddDefaultRoute(LabLink link, int index, IPAddress gateway, int metric) =>
    [
        Route($"add the default route via {gateway}", RTM_NEWROUTE, index, gateway, RT_TABLE_MAIN, (uint)metric),
        Route($"add the default route via {gateway} for the addresses of {link.Name}", RTM_NEWROUTE, index, gateway, TableOf(link), 1),
    ];

    internal static RouteRequest[] RemoveDefaultRoute(LabLink link, int index, AddressFamily family, int metric)
    {
        return [Remove(RT_TABLE_MAIN, (uint)metric), Remove(TableOf(link), 1)];

        RouteRequest Remove(uint table, uint priority) =>
            RouteRequest.Create(
                $"remove the default route of {link.Name}", RTM_DELROUTE, 0, new rtmsg { rtm_family = Number(family), rtm_scope = RT_SCOPE_NOWHERE })
                .With(RTA_TABLE, table).With(RTA_OIF, (uint)index).With(RTA_PRIORITY, priority);
    }

    /// <summary>.NET has other numbers for the families.</summary>
    static byte Number(AddressFamily family) => family == AddressFamily.InterNetworkV6 ? AF_INET6 : AF_INET;

    static RouteRequest Rejection(string verb, LabLink link, ushort type, int flags, AddressFamily family) =>
        RouteRequest.Create(
            $"{verb} what {link.Name} cannot carry",
            type,
            (ushort)flags,
            new rtmsg { rtm_family = Number(family), rtm_protocol = RTPROT_BOOT, rtm_type = RTN_UNREACHABLE })
            .With(RTA_TABLE, TableOf(link)).With(RTA_PRIORITY, 2000);

    static uint TableOf(LabLink link) => FirstRoutingTable + (uint)link.Number;

    static Action<RouteRequest> End(LabInterface end, int? descriptor = null) => request =>
    {
        request.With(IFLA_IFNAME, end.Name).With(IFLA_ADDRESS, end.HardwareAddress);
        if (descriptor is { } there)
            request.With(IFLA_NET_NS_FD, (uint)there);
    };

    static RouteRequest Veth(string purpose, int index, Action<RouteRequest> first, Action<RouteRequest> second)
    {
        RouteRequest request = RouteRequest.Create(purpose, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL, new ifinfomsg { ifi_index = index });
        first(request);
        return request.WithNested(IFLA_LINKINFO, info => info.With(IFLA_INFO_KIND, "veth").WithNested(IFLA_INFO_DATA, data => data.WithNested(VETH_INFO_PEER, peer =>
        {
            peer.Append(new ifinfomsg { ifi_index = index == 0 ? 0 : 1_000_000 + index });
            second(peer);
        })));
    }

    static RouteRequest SetLink(string purpose, int index) => RouteRequest.Create(purpose, RTM_NEWLINK, 0, new ifinfomsg { ifi_index = index });

    static RouteRequest Address(string purpose, ushort type, int flags, int index, LabAddress address) =>
        RouteRequest.Create(
            purpose,
            type,
            (ushort)flags,
            new ifaddrmsg { ifa_family = Number(address.Address.AddressFamily), ifa_prefixlen = (byte)address.PrefixLength, ifa_index = index })
            .With(IFA_LOCAL, address.Address).With(IFA_ADDRESS, address.Address);

    static RouteRequest Neighbour(string purpose, ushort type, int flags, int index, IPAddress address) =>
        RouteRequest.Create(
            purpose, type, (ushort)flags, new ndmsg { ndm_family = Number(address.AddressFamily), ndm_ifindex = index, ndm_state = NUD_PERMANENT }).With(NDA_DST, address);

    static RouteRequest Route(string purpose, ushort type, int index, IPAddress gateway, uint table, uint? priority, IPNetwork? to = null)
    {
        RouteRequest request = RouteRequest.Create(purpose, type, NLM_F_CREATE | NLM_F_REPLACE, new rtmsg
        {
            rtm_family = Number(gateway.AddressFamily),
            rtm_dst_len = (byte)(to?.PrefixLength ?? 0),
            rtm_protocol = RTPROT_BOOT,
            rtm_type = RTN_UNICAST,
        }).With(RTA_GATEWAY, gateway).With(RTA_OIF, (uint)index).With(RTA_TABLE, table);
        if (to is { } network)
            request.With(RTA_DST, network.BaseAddress);

        return priority is { } metric ? request.With(RTA_PRIORITY, metric) : request;
    }

    static RouteRequest Rule(LabLink link, IPAddress from, ushort type) =>
        Rule($"change the rule for what is sent from {from}", type, from.AddressFamily, TableOf(link), TableOf(link), from);

    static RouteRequest Rule(string purpose, ushort type, AddressFamily family, uint table, uint priority, IPAddress? from = null)
    {
        RouteRequest request = RouteRequest.Create(purpose, type, type == RTM_NEWRULE ? (ushort)(NLM_F_CREATE | NLM_F_EXCL) : (ushort)0, new fib_rule_hdr
        {
            family = Number(family),
            src_len = (byte)(from?.GetAddressBytes().Length * 8 ?? 0),
            action = FR_ACT_TO_TBL,
        }).With(FRA_TABLE, table).With(FRA_PRIORITY, priority);
        return from is null ? request : request.With(FRA_SRC, from);
    }
}
