using System.Net;
using System.Runtime.InteropServices;
using Mptcp.Netlink.Interop;
using Mptcp.Netlink.Routing;
using Mptcp.Sockets.Interop;

namespace Mptcp.Netlink.Tests.Services;

/// <summary>Losses as the kernel reports them, and what they leave of a host.</summary>
public class HostLossTests
{
    const ushort NewLink = 16, DelLink = 17, NewAddress = 20, DelAddress = 21;
    const uint Up = 1, LowerUp = 0x10000;
    const byte Unspecified = 0, Bridge = 7;

    static readonly IPAddress s_one = IPAddress.Parse("10.1.0.1"), s_two = IPAddress.Parse("fd00::1");

    [Theory]
    [InlineData(NewLink, Unspecified, Up | LowerUp, null)]
    [InlineData(NewLink, Unspecified, Up, "up")]
    [InlineData(NewLink, Unspecified, 0, "down")]
    [InlineData(DelLink, Unspecified, Up | LowerUp, "down")]
    [InlineData(DelLink, Bridge, Up | LowerUp, null)]
    [InlineData(NewLink, Bridge, 0, null)]
    public void An_interface_is_lost_if_it_is_down_has_no_carrier_or_is_gone(ushort type, byte family, uint flags, string? state) =>
        FindOfLink(type, family, flags).Should().Be(state is null ? null : new HostLoss(7, null, state == "up"));

    [Theory]
    [InlineData(NewAddress, false)]
    [InlineData(DelAddress, true)]
    public void An_address_is_lost_if_it_is_deleted(ushort type, bool isLost) =>
        FindOfAddress(type).Should().Be(isLost ? new HostLoss(7, s_one, IsUp: true) : null);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Without_a_lost_interface_no_address_is_ready(bool isUp)
    {
        MptcpHostSnapshot host = Host();
        MptcpHostSnapshot left = new HostLoss(7, null, isUp).ApplyTo(host);
        left.Interfaces.Should().HaveCount(2);
        MptcpInterface lost = left.Interfaces.Single(network => network.Index == 7);
        (lost.IsUp, lost.HasCarrier).Should().Be((isUp, false));
        lost.Addresses.Select(address => (address.Address, address.IsReady)).Should().Equal((s_one, false), (s_two, false));
        left.Interfaces.Single(network => network.Index == 8).Should().Be(host.Interfaces[1]);
        new HostLoss(7, null, isUp).ApplyTo(left).Should().BeSameAs(left, "it was lost before");
    }

    [Fact]
    public void Without_a_lost_address_the_others_of_its_interface_stay()
    {
        MptcpHostSnapshot host = Host(), left = new HostLoss(7, s_one, IsUp: true).ApplyTo(host);
        left.Interfaces.SelectMany(network => network.Addresses).Select(address => address.Address).Should().Equal(s_two, s_one);
        left.Interfaces[1].Should().Be(host.Interfaces[1], "it has the same address on another interface");
    }

    [Fact]
    public void A_loss_that_does_not_concern_the_host_leaves_the_same_instance()
    {
        MptcpHostSnapshot host = Host();
        HostLoss[] losses = [HostLoss.Unknown, new(9, null, false), new(8, s_two, true)];
        losses.Should().AllSatisfy(loss => loss.ApplyTo(host).Should().BeSameAs(host));
    }

    static MptcpHostSnapshot Host() => new()
    {
        Interfaces =
        [
            new MptcpInterface(7, "eth0", [new MptcpInterfaceAddress(s_one, IsReady: true), new MptcpInterfaceAddress(s_two, IsReady: true)]),
            new MptcpInterface(8, "eth1", [new MptcpInterfaceAddress(s_one, IsReady: true)]),
        ],
    };

    static HostLoss? FindOfLink(ushort type, byte family, uint flags)
    {
        var writer = new NetlinkMessageWriter(stackalloc byte[NetlinkMessageWriter.Enough], type, 0);
        Span<byte> header = writer.Header(RouteLayout.ifinfomsg.Size);
        header[RouteLayout.ifinfomsg.ifi_family] = family;
        MemoryMarshal.Write(header[RouteLayout.ifinfomsg.ifi_index..], 7);
        MemoryMarshal.Write(header[RouteLayout.ifinfomsg.ifi_flags..], flags);
        writer.Text(RouteConstants.IFLA_IFNAME, "eth0");
        return Find(writer);
    }

    static HostLoss? FindOfAddress(ushort type)
    {
        var writer = new NetlinkMessageWriter(stackalloc byte[NetlinkMessageWriter.Enough], type, 0);
        Span<byte> header = writer.Header(RouteLayout.ifaddrmsg.Size);
        header[RouteLayout.ifaddrmsg.ifa_family] = 2;
        MemoryMarshal.Write(header[RouteLayout.ifaddrmsg.ifa_index..], 7);
        writer.Bytes(RouteConstants.IFA_LOCAL, s_one.GetAddressBytes());
        return Find(writer);
    }

    static HostLoss? Find(NetlinkMessageWriter writer)
    {
        var messages = new NetlinkMessages(writer.Message);
        messages.MoveNext().Should().BeTrue();
        return HostLoss.Find(messages.Current);
    }
}
