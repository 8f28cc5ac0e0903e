using System.Net;
using System.Runtime.InteropServices;
using Mptcp.Sockets.Info;
using Mptcp.Sockets.Interop;
using static Mptcp.Netlink.Interop.RouteConstants;
using static Mptcp.Netlink.Interop.RouteLayout;
using static Mptcp.Sockets.Interop.LinuxConstants;
using static Mptcp.Sockets.Interop.NetlinkLayout;

namespace Mptcp.Netlink.Routing;

/// <summary>Parses messages of rtnetlink about a route: <c>RTM_NEWROUTE</c>.</summary>
static class RouteMessage
{
    /// <summary>Returns one route for each next hop; none for another family, and for an entry of the kernel's cache.</summary>
    /// <exception cref="InvalidDataException">The message has too few bytes.</exception>
    internal static IReadOnlyList<MptcpHostRoute> Parse(NetlinkMessage message)
    {
        ReadOnlySpan<byte> header = message.Header(rtmsg.Size);
        int family = header[rtmsg.rtm_family];
        if (family is not (AF_INET or AF_INET6) || (MemoryMarshal.Read<uint>(header[rtmsg.rtm_flags..]) & RTM_F_CLONED) != 0)
            return [];

        bool isIPv6 = family == AF_INET6;
        IPAddress? destination = null, source = null, gateway = null;
        (int interfaceIndex, long metric, long table) = (0, 0, header[rtmsg.rtm_table]);
        List<(int InterfaceIndex, IPAddress? Gateway)> hops = [];
        foreach (NetlinkAttribute attribute in message.AttributesBehind(rtmsg.Size))
        {
            switch (attribute.Type)
            {
                case RTA_DST:
                    destination = AddressParser.Parse(attribute, isIPv6);
                    break;
                case RTA_PREFSRC:
                    source = AddressParser.Parse(attribute, isIPv6);
                    break;
                case RTA_GATEWAY or RTA_VIA:
                    gateway = ParseGateway(attribute, isIPv6);
                    break;
                case RTA_OIF:
                    interfaceIndex = attribute.Int32;
                    break;
                case RTA_PRIORITY:
                    metric = attribute.UInt32;
                    break;
                case RTA_TABLE:
                    table = attribute.UInt32;
                    break;
                case RTA_MULTIPATH:
                    hops = ParseHops(attribute.Value, isIPv6);
                    break;
            }
        }

        var route = new MptcpHostRoute(Network(destination, header[rtmsg.rtm_dst_len], isIPv6), interfaceIndex)
        {
            Gateway = gateway,
            Source = source,
            Metric = metric,
            Table = table,
            Protocol = header[rtmsg.rtm_protocol],
            Kind = header[rtmsg.rtm_type],
        };
        return hops.Count == 0
            ? [route]
            : [.. hops.Select(hop => route with { InterfaceIndex = hop.InterfaceIndex, Gateway = hop.Gateway })];
    }

    /// <summary>Returns the network of an address. The kernel leaves out an address that is all zero.</summary>
    /// <exception cref="InvalidDataException">The prefix is longer than the address.</exception>
    internal static IPNetwork Network(IPAddress? address, int prefixLength, bool isIPv6)
    {
        address ??= isIPv6 ? IPAddress.IPv6Any : IPAddress.Any;
        int longest = address.GetAddressBytes().Length * 8;
        if (isIPv6 && longest == 32)
            (address, longest) = (address.MapToIPv6(), 128); // the kernel's addresses were mapped

        if (prefixLength > longest)
            throw new InvalidDataException($"The kernel sent {address} with a prefix of {prefixLength} bits.");

        return new IPNetwork(Mask(address, prefixLength), prefixLength);
    }

    /// <summary>Clears the bits after the prefix, because IPNetwork refuses them.</summary>
    static IPAddress Mask(IPAddress address, int prefixLength)
    {
        byte[] bytes = address.GetAddressBytes();
        for (int i = 0; i < bytes.Length; i++)
            bytes[i] &= (byte)(0xFF00 >> Math.Clamp(prefixLength - 8 * i, 0, 8));

        return new IPAddress(bytes);
    }

    /// <summary>Parses a router. An IPv4 route may have an IPv6 router (<c>RTA_VIA</c>: a family before the address).</summary>
    static IPAddress? ParseGateway(NetlinkAttribute attribute, bool isIPv6)
    {
        if (attribute.Type == RTA_GATEWAY)
            return AddressParser.Parse(attribute, isIPv6);

        return attribute.UInt16 is var family and (AF_INET or AF_INET6)
            ? AddressParser.Parse(new NetlinkAttribute(attribute.Type, attribute.Value[sizeof(ushort)..]), family == AF_INET6)
            : null;
    }

    static List<(int InterfaceIndex, IPAddress? Gateway)> ParseHops(ReadOnlySpan<byte> rest, bool isIPv6)
    {
        List<(int, IPAddress?)> hops = [];
        while (rest.Length >= rtnexthop.Size)
        {
            int length = MemoryMarshal.Read<ushort>(rest);
            if (length < rtnexthop.Size || length > rest.Length)
                throw new InvalidDataException($"The kernel reports a next hop of {length} bytes, but only {rest.Length} are left.");

            IPAddress? gateway = null;
            foreach (NetlinkAttribute attribute in new NetlinkAttributes(rest[rtnexthop.Size..length]))
            {
                if (attribute.Type is RTA_GATEWAY or RTA_VIA)
                    gateway = ParseGateway(attribute, isIPv6);
            }

            hops.Add((MemoryMarshal.Read<int>(rest[rtnexthop.rtnh_ifindex..]), gateway));
            rest = rest[Math.Min(Align(length), rest.Length)..];
        }

        return hops;
    }
}
