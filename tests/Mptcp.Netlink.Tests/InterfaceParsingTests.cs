using System.Net;
using System.Runtime.InteropServices;
using Mptcp.Netlink.Routing;
using Mptcp.Sockets.Interop;
using static Mptcp.Netlink.Interop.RouteConstants;
using static Mptcp.Netlink.Interop.RouteLayout;
using static Mptcp.Netlink.Tests.Support.KernelMessages;
using static Mptcp.Sockets.Interop.LinuxConstants;

namespace Mptcp.Netlink.Tests;

/// <summary>Interfaces and their addresses. Each field has another value, so that none is read from the place of another.</summary>
public class InterfaceParsingTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_address_of_an_interface_is_parsed(bool isPointToPoint)
    {
        var writer = new NetlinkMessageWriter(stackalloc byte[NetlinkMessageWriter.Enough], RTM_NEWADDR, 0);
        Span<byte> header = writer.Header(ifaddrmsg.Size);
        header[ifaddrmsg.ifa_family] = AF_INET;
        header[ifaddrmsg.ifa_prefixlen] = 24;
        header[ifaddrmsg.ifa_flags] = 0x80;
        header[ifaddrmsg.ifa_scope] = RT_SCOPE_LINK;
        MemoryMarshal.Write(header[ifaddrmsg.ifa_index..], 5);
        writer.Bytes(IFA_ADDRESS, isPointToPoint ? Router : IPv4); // the peer's
        if (isPointToPoint)
            writer.Bytes(IFA_LOCAL, IPv4);

        AddressMessage.Parse(Only(writer.Message)).Should().Be(new AddressMessage(5, new IPAddress(IPv4), 0x80, RT_SCOPE_LINK, 24));

        writer.UInt32(IFA_FLAGS, 0x280);
        AddressMessage.Parse(Only(writer.Message))!.Value.Flags.Should().Be(0x280, "the attribute has more flags than the header");
    }

    [Fact]
    public void An_address_of_another_family_is_left_out_and_a_message_without_an_address_is_refused()
    {
        byte[] other = Address(AF_BRIDGE), none = Address(AF_INET6);

        AddressMessage.Parse(Only(other)).Should().BeNull();
        FluentActions.Invoking(() => AddressMessage.Parse(Only(none))).Should().Throw<InvalidDataException>().WithMessage("*without the address*");

        static byte[] Address(int family)
        {
            var writer = new NetlinkMessageWriter(stackalloc byte[NetlinkMessageWriter.Enough], RTM_NEWADDR, 0);
            writer.Header(ifaddrmsg.Size)[ifaddrmsg.ifa_family] = (byte)family;
            return writer.Message.ToArray();
        }
    }

    [Theory]
    [InlineData(RT_SCOPE_UNIVERSE, 0u, "192.0.2.1", true)]
    [InlineData(RT_SCOPE_SITE, 0u, "2001:db8::1", true)]
    [InlineData(RT_SCOPE_LINK, 0u, "2001:db8::1", false)]
    [InlineData(RT_SCOPE_UNIVERSE, IFA_F_DADFAILED, "2001:db8::1", false)]
    [InlineData(RT_SCOPE_UNIVERSE, IFA_F_TEMPORARY, "2001:db8::1", false)]
    [InlineData(RT_SCOPE_UNIVERSE, IFA_F_TEMPORARY, "192.0.2.1", true)] // for IPv4, the bit has another meaning
    [InlineData(RT_SCOPE_UNIVERSE, 0u, "169.254.0.1", false)]
    [InlineData(RT_SCOPE_UNIVERSE, 0u, "169.253.0.1", true)]
    [InlineData(RT_SCOPE_UNIVERSE, 0u, "168.254.0.1", true)]
    public void Addresses_that_reach_other_hosts_carry_paths(byte scope, uint flags, string address, bool carries) =>
        new AddressMessage(1, IPAddress.Parse(address), flags, scope).CarriesPaths.Should().Be(carries);

    [Theory]
    [InlineData(0u, true)]
    [InlineData(IFA_F_TENTATIVE, false)]
    [InlineData(IFA_F_DEPRECATED, false)]
    [InlineData(IFA_F_DADFAILED, true)]
    public void An_address_that_is_tentative_or_deprecated_is_not_ready(uint flags, bool isReady) =>
        new AddressMessage(1, new IPAddress(IPv6), flags, RT_SCOPE_UNIVERSE).IsReady.Should().Be(isReady);

    [Fact]
    public void An_interface_is_parsed()
    {
        var writer = new NetlinkMessageWriter(stackalloc byte[NetlinkMessageWriter.Enough], RTM_NEWLINK, 0);
        Span<byte> header = writer.Header(ifinfomsg.Size);
        MemoryMarshal.Write(header[ifinfomsg.ifi_index..], 5);
        MemoryMarshal.Write(header[ifinfomsg.ifi_flags..], IFF_UP | IFF_LOWER_UP);
        byte[] unnamed = writer.Message.ToArray();
        writer.Text(IFLA_IFNAME, "eth0");
        writer.Int32(IFLA_MTU, 9000);

        LinkMessage link = LinkMessage.Parse(Only(writer.Message));

        link.Should().Be(new LinkMessage(5, "eth0", IFF_UP | IFF_LOWER_UP, 9000));
        (link.IsUp, link.HasCarrier, link.IsRunning, link.IsLoopback).Should().Be((true, true, false, false));
        header[ifinfomsg.ifi_family] = AF_BRIDGE;
        LinkMessage.Parse(Only(writer.Message)).IsOfBridge.Should().BeTrue();
        FluentActions.Invoking(() => LinkMessage.Parse(Only(unnamed))).Should().Throw<InvalidDataException>().WithMessage("*interface 5 without a name*");
    }

    [Theory]
    [InlineData(IFF_UP, true, false, false, false)]
    [InlineData(IFF_LOOPBACK, false, true, false, false)]
    [InlineData(IFF_LOWER_UP, false, false, true, false)]
    [InlineData(IFF_RUNNING, false, false, false, true)]
    public void Each_flag_of_an_interface_is_told_apart(uint flag, bool isUp, bool isLoopback, bool hasCarrier, bool isRunning)
    {
        var link = new LinkMessage(1, "eth0", flag);
        (link.IsUp, link.IsLoopback, link.HasCarrier, link.IsRunning).Should().Be((isUp, isLoopback, hasCarrier, isRunning));
    }
}
