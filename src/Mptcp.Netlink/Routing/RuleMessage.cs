using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Mptcp.Sockets.Info;
using Mptcp.Sockets.Interop;
using static Mptcp.Netlink.Interop.RouteConstants;
using static Mptcp.Netlink.Interop.RouteLayout;
using static Mptcp.Sockets.Interop.LinuxConstants;

namespace Mptcp.Netlink.Routing;

/// <summary>Parses messages of rtnetlink about a rule of the routing policy: <c>RTM_NEWRULE</c>.</summary>
static class RuleMessage
{
    /// <summary>Returns the rule; <see langword="null"/> for another family.</summary>
    /// <exception cref="InvalidDataException">The message has too few bytes.</exception>
    internal static MptcpHostRule? Parse(NetlinkMessage message)
    {
        ReadOnlySpan<byte> header = message.Header(fib_rule_hdr.Size);
        int family = header[fib_rule_hdr.family];
        if (family is not (AF_INET or AF_INET6))
            return null;

        bool isIPv6 = family == AF_INET6;
        var rule = new MptcpHostRule(0, isIPv6 ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork)
        {
            Action = header[fib_rule_hdr.action],
            Table = header[fib_rule_hdr.table],
            IsInverted = (MemoryMarshal.Read<uint>(header[fib_rule_hdr.flags..]) & FIB_RULE_INVERT) != 0,
        };
        (int sourceLength, int destinationLength) = (header[fib_rule_hdr.src_len], header[fib_rule_hdr.dst_len]);
        foreach (NetlinkAttribute attribute in message.AttributesBehind(fib_rule_hdr.Size))
            rule = Take(rule, attribute, sourceLength, destinationLength, isIPv6);

        return rule;
    }

    static MptcpHostRule Take(
        MptcpHostRule rule, NetlinkAttribute attribute, int sourceLength, int destinationLength, bool isIPv6) => attribute.Type switch
    {
        FRA_PRIORITY => rule with { Priority = attribute.UInt32 },
        FRA_TABLE => rule with { Table = attribute.UInt32 },
        FRA_SRC => rule with { From = Network(attribute, sourceLength, isIPv6) },
        FRA_DST => rule with { To = Network(attribute, destinationLength, isIPv6) },
        FRA_IIFNAME => rule with { InputInterface = attribute.Text },
        FRA_OIFNAME => rule with { OutputInterface = attribute.Text },
        FRA_FWMARK => rule with { Mark = attribute.UInt32 },
        FRA_PROTOCOL => rule with { Protocol = attribute.Byte },
        FRA_SUPPRESS_PREFIXLEN when attribute.Int32 >= 0 => rule with { SuppressedPrefixLength = attribute.Int32 },
        _ => rule,
    };

    static IPNetwork Network(NetlinkAttribute attribute, int prefixLength, bool isIPv6) =>
        RouteMessage.Network(AddressParser.Parse(attribute, isIPv6), prefixLength, isIPv6);
}
