using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using Mptcp.Netlink.Routing;
using Mptcp.Sockets.Interop;
using static Mptcp.Netlink.Interop.RouteConstants;
using static Mptcp.Netlink.Interop.RouteLayout;
using static Mptcp.Netlink.Tests.Support.KernelMessages;
using static Mptcp.Sockets.Interop.LinuxConstants;
using static Mptcp.Sockets.Interop.NetlinkLayout;

namespace Mptcp.Netlink.Tests;

/// <summary>Routes and rules. Each field has another value, so that none is read from the place of another.</summary>
public class RouteParsingTests
{
    [Fact]
    public void A_route_is_parsed()
    {
        NetlinkMessageWriter writer = Route(stackalloc byte[NetlinkMessageWriter.Enough], AF_INET, prefixLength: 23);
        writer.Bytes(RTA_DST, [192, 0, 3, 1]); // with bits after the prefix
        writer.Bytes(RTA_PREFSRC, IPv4);
        writer.Bytes(RTA_GATEWAY, Router);
        writer.Int32(RTA_OIF, 5);
        writer.UInt32(RTA_PRIORITY, 4_000_000_000);

        RouteMessage.Parse(Only(writer.Message)).Should().Equal(Expected(table: 6));

        writer.UInt32(RTA_TABLE, 3_000_000_000);
        RouteMessage.Parse(Only(writer.Message)).Should().Equal(Expected(table: 3_000_000_000));

        static MptcpHostRoute Expected(long table) => new(IPNetwork.Parse("192.0.2.0/23"), 5)
        {
            Gateway = new IPAddress(Router),
            Source = new IPAddress(IPv4),
            Metric = 4_000_000_000,
            Table = table,
            Protocol = 16,
            Kind = RTN_UNICAST,
        };
    }

    [Fact]
    public void An_IPv4_route_may_have_an_IPv6_router()
    {
        NetlinkMessageWriter writer = Route(stackalloc byte[NetlinkMessageWriter.Enough], AF_INET, prefixLength: 0);
        writer.Bytes(RTA_VIA, [AF_INET6, 0, .. Router6]);

        MptcpHostRoute route = RouteMessage.Parse(Only(writer.Message)).Single();

        route.Gateway.Should().Be(new IPAddress(Router6));
        route.Destination.Should().Be(IPNetwork.Parse("0.0.0.0/0"), "the kernel leaves out an address that is all zero");
    }

    [Fact]
    public void A_route_with_several_next_hops_is_one_for_each()
    {
        NetlinkMessageWriter writer = Route(stackalloc byte[NetlinkMessageWriter.Enough], AF_INET6, prefixLength: 64);
        writer.Bytes(RTA_DST, IPv6);
        writer.Bytes(RTA_MULTIPATH, [.. Hop(5, RTA_GATEWAY, Router6), .. Hop(6, RTA_VIA, [AF_INET, 0, .. Router]), .. Hop(7, RTA_DST, IPv6)]);

        IReadOnlyList<MptcpHostRoute> routes = RouteMessage.Parse(Only(writer.Message));

        routes.Select(route => (route.InterfaceIndex, route.Gateway)).Should().Equal((5, new IPAddress(Router6)), (6, new IPAddress(Router)), (7, null));
        routes.Should().OnlyContain(route => route.Destination == IPNetwork.Parse("2001:db8::/64"));
    }

    [Theory]
    [InlineData(7)] // shorter than its structure
    [InlineData(13)] // longer than the attribute
    public void A_next_hop_that_does_not_fit_is_refused(ushort length)
    {
        NetlinkMessageWriter writer = Route(stackalloc byte[NetlinkMessageWriter.Enough], AF_INET, prefixLength: 0);
        byte[] hop = new byte[12];
        MemoryMarshal.Write(hop.AsSpan(rtnexthop.rtnh_len), length);
        writer.Bytes(RTA_MULTIPATH, hop);

        byte[] message = writer.Message.ToArray();
        FluentActions.Invoking(() => RouteMessage.Parse(Only(message))).Should().Throw<InvalidDataException>().WithMessage($"*next hop of {length} bytes*12*");
    }

    [Theory]
    [InlineData(AF_BRIDGE, 0u)]
    [InlineData(AF_INET, RTM_F_CLONED)]
    public void A_route_of_another_family_or_of_the_cache_is_left_out(int family, uint flags)
    {
        NetlinkMessageWriter writer = Route(stackalloc byte[NetlinkMessageWriter.Enough], (byte)family, prefixLength: 0, flags);

        RouteMessage.Parse(Only(writer.Message)).Should().BeEmpty();
    }

    [Theory]
    [InlineData("192.0.2.255", 32, false, "192.0.2.255/32")]
    [InlineData("192.0.2.255", 25, false, "192.0.2.128/25")]
    [InlineData("192.0.2.255", 8, false, "192.0.0.0/8")]
    [InlineData("192.0.2.255", 33, false, null)]
    [InlineData("2001:db8:ffff::1", 33, true, "2001:db8:8000::/33")]
    [InlineData("2001:db8::1", 129, true, null)]
    [InlineData("192.0.2.255", 120, true, "::ffff:192.0.2.0/120")] // a mapped address, which is parsed as the IPv4 address
    [InlineData(null, 0, true, "::/0")]
    public void A_network_has_no_bits_after_its_prefix(string? address, int length, bool isIPv6, string? network)
    {
        Func<IPNetwork> parse = () => RouteMessage.Network(address is null ? null : IPAddress.Parse(address), length, isIPv6);
        if (network is null)
            parse.Should().Throw<InvalidDataException>().WithMessage($"*prefix of {length} bits*");
        else
            parse().Should().Be(IPNetwork.Parse(network));
    }

    [Fact]
    public void A_rule_is_parsed()
    {
        var writer = new NetlinkMessageWriter(stackalloc byte[NetlinkMessageWriter.Enough], RTM_NEWRULE, 0);
        Span<byte> header = writer.Header(fib_rule_hdr.Size);
        header[fib_rule_hdr.family] = AF_INET6;
        header[fib_rule_hdr.src_len] = 64;
        header[fib_rule_hdr.dst_len] = 32;
        header[fib_rule_hdr.table] = 6;
        header[fib_rule_hdr.action] = 1;
        MemoryMarshal.Write(header[fib_rule_hdr.flags..], FIB_RULE_INVERT);
        MptcpHostRule expected = new(0, AddressFamily.InterNetworkV6) { Action = 1, Table = 6, IsInverted = true };
        RuleMessage.Parse(Only(writer.Message)).Should().Be(expected);

        writer.UInt32(FRA_PRIORITY, 4_000_000_000);
        writer.UInt32(FRA_TABLE, 3_000_000_000);
        writer.Bytes(FRA_SRC, IPv6);
        writer.Bytes(FRA_DST, IPv6);
        writer.Text(FRA_IIFNAME, "in0");
        writer.Text(FRA_OIFNAME, "out0");
        writer.UInt32(FRA_FWMARK, 77);
        writer.Byte(FRA_PROTOCOL, 16);
        writer.Int32(FRA_SUPPRESS_PREFIXLEN, 0);
        writer.UInt32(99, 1); // of a later kernel

        RuleMessage.Parse(Only(writer.Message)).Should().Be(expected with
        {
            Priority = 4_000_000_000,
            Table = 3_000_000_000,
            From = IPNetwork.Parse("2001:db8::/64"),
            To = IPNetwork.Parse("2001:db8::/32"),
            InputInterface = "in0",
            OutputInterface = "out0",
            Mark = 77,
            Protocol = 16,
            SuppressedPrefixLength = 0,
        });

        MemoryMarshal.Write(header[fib_rule_hdr.flags..], 1u);
        RuleMessage.Parse(Only(writer.Message))!.IsInverted.Should().BeFalse();
    }

    [Fact]
    public void A_rule_that_suppresses_no_prefix_has_none_and_one_of_another_family_is_left_out()
    {
        var writer = new NetlinkMessageWriter(stackalloc byte[NetlinkMessageWriter.Enough], RTM_NEWRULE, 0);
        Span<byte> header = writer.Header(fib_rule_hdr.Size);
        header[fib_rule_hdr.family] = AF_INET;
        writer.Int32(FRA_SUPPRESS_PREFIXLEN, -1);

        MptcpHostRule rule = RuleMessage.Parse(Only(writer.Message))!;
        rule.AddressFamily.Should().Be(AddressFamily.InterNetwork);
        rule.SuppressedPrefixLength.Should().BeNull();

        header[fib_rule_hdr.family] = AF_BRIDGE;
        RuleMessage.Parse(Only(writer.Message)).Should().BeNull();
    }

    static NetlinkMessageWriter Route(Span<byte> buffer, byte family, byte prefixLength, uint flags = 0)
    {
        var writer = new NetlinkMessageWriter(buffer, RTM_NEWROUTE, 0);
        Span<byte> header = writer.Header(rtmsg.Size);
        header[rtmsg.rtm_family] = family;
        header[rtmsg.rtm_dst_len] = prefixLength;
        header[rtmsg.rtm_table] = 6;
        header[rtmsg.rtm_protocol] = 16;
        header[rtmsg.rtm_type] = RTN_UNICAST;
        MemoryMarshal.Write(header[rtmsg.rtm_flags..], flags);
        return writer;
    }

    static byte[] Hop(int interfaceIndex, ushort attribute, byte[] value)
    {
        byte[] hop = new byte[Align(rtnexthop.Size + nlattr.Size + value.Length)];
        MemoryMarshal.Write(hop.AsSpan(rtnexthop.rtnh_len), (ushort)(rtnexthop.Size + nlattr.Size + value.Length));
        MemoryMarshal.Write(hop.AsSpan(rtnexthop.rtnh_ifindex), interfaceIndex);
        MemoryMarshal.Write(hop.AsSpan(rtnexthop.Size + nlattr.nla_len), (ushort)(nlattr.Size + value.Length));
        MemoryMarshal.Write(hop.AsSpan(rtnexthop.Size + nlattr.nla_type), attribute);
        value.CopyTo(hop, rtnexthop.Size + nlattr.Size);
        return hop;
    }
}
