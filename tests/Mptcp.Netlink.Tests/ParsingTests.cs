using System.Net;
using Mptcp.Netlink.PathManager;
using Mptcp.Sockets.Interop;
using static Mptcp.Sockets.Interop.NetlinkConstants;

namespace Mptcp.Netlink.Tests;

/// <summary>Messages that no available kernel sends, or none should send.</summary>
public class ParsingTests
{
    [Theory]
    [InlineData("")]
    [InlineData("10")]
    [InlineData("0F000000 0000 0000 00000000 00000000")] // shorter than its header
    [InlineData("11000000 0000 0000 00000000 00000000")] // longer than the datagram
    [InlineData("FFFFFFFF 0000 0000 00000000 00000000")]
    [InlineData("10000000 0000 0000 00000000 000000")]
    public void A_message_that_does_not_fit_is_refused(string bytes)
    {
        Action walk = () =>
        {
            foreach (NetlinkMessage _ in new NetlinkMessages(Hex(bytes)))
            {
            }
        };

        if (bytes.Length == 0)
            walk.Should().NotThrow("there is none");
        else
            walk.Should().Throw<InvalidDataException>().WithMessage("*message of * bytes*");
    }

    [Theory]
    [InlineData("0300 0100")]
    [InlineData("0000 0100")]
    [InlineData("0500 0100")]
    [InlineData("0800 0100 00000000 FFFF 0100")]
    public void An_attribute_that_does_not_fit_is_refused(string bytes)
    {
        Action walk = () =>
        {
            foreach (NetlinkAttribute _ in new NetlinkAttributes(Hex(bytes)))
            {
            }
        };

        walk.Should().Throw<InvalidDataException>().WithMessage("*attribute of * bytes*");
    }

    [Fact]
    public void A_written_message_can_be_read()
    {
        var writer = NetlinkMessageWriter.Generic(stackalloc byte[NetlinkMessageWriter.Enough], family: 33, command: 5, version: 1, NLM_F_ACK);
        writer.Byte(1, 0xAB);
        int nest = writer.BeginNest(2);
        writer.UInt16(3, 0xABCD);
        writer.Text(4, "lo");
        writer.EndNest(nest);
        writer.UInt32(5, 0xABCDEF01);

        var messages = new NetlinkMessages(writer.Message);
        messages.MoveNext().Should().BeTrue();
        NetlinkMessage message = messages.Current;
        ((int)message.Type, (int)message.Flags, (int)message.GenericCommand).Should().Be((33, NLM_F_ACK | NLM_F_REQUEST, 5));
        NetlinkAttributes attributes = message.GenericAttributes;
        attributes.MoveNext().Should().BeTrue();
        attributes.Current.Byte.Should().Be(0xAB);
        attributes.MoveNext().Should().BeTrue();
        NetlinkAttributes nested = attributes.Current.Nested;
        nested.MoveNext().Should().BeTrue();
        nested.Current.UInt16.Should().Be(0xABCD);
        nested.MoveNext().Should().BeTrue();
        nested.Current.Text.Should().Be("lo");
        nested.MoveNext().Should().BeFalse();
        attributes.MoveNext().Should().BeTrue();
        attributes.Current.UInt32.Should().Be(0xABCDEF01);
        attributes.MoveNext().Should().BeFalse();
        messages.MoveNext().Should().BeFalse();
    }

    [Fact]
    public void The_reset_reason_of_a_peer_is_parsed()
    {
        var writer = NetlinkMessageWriter.Generic(stackalloc byte[NetlinkMessageWriter.Enough], 33, MPTCP_EVENT_SUB_CLOSED, 1, 0);
        writer.UInt32(MPTCP_ATTR_TOKEN, 7);
        writer.Bytes(MPTCP_ATTR_SADDR4, [10, 0, 0, 1]);
        writer.Bytes(MPTCP_ATTR_DADDR6, IPAddress.Parse("::ffff:10.0.0.2").GetAddressBytes());
        writer.Bytes(MPTCP_ATTR_SPORT, [0x1F, 0x90]);
        writer.Bytes(MPTCP_ATTR_DPORT, [0, 80]);
        writer.Byte(MPTCP_ATTR_BACKUP, 1);
        writer.UInt32(MPTCP_ATTR_RESET_REASON, 3);
        writer.UInt32(MPTCP_ATTR_RESET_FLAGS, 1);

        EventParser.Parse(Only(writer.Message)).Should().Be(new MptcpSubflowClosed(7, IPEndPoint.Parse("10.0.0.1:8080"), IPEndPoint.Parse("10.0.0.2:80"))
        {
            IsBackup = true,
            ResetReason = MptcpResetReason.AdministrativelyProhibited,
            IsResetTransient = true,
        });
    }

    [Theory]
    [InlineData(0, 0, false)]
    [InlineData(1, 0, true)] // Linux 6.12
    [InlineData(null, MPTCP_PM_EV_FLAG_SERVER_SIDE, true)] // Linux 6.18
    [InlineData(null, MPTCP_PM_EV_FLAG_DENY_JOIN_ID0, false)]
    public void The_role_in_an_event_is_parsed_in_the_form_of_each_kernel(int? attribute, int flags, bool isServerSide)
    {
        var writer = NetlinkMessageWriter.Generic(stackalloc byte[NetlinkMessageWriter.Enough], 33, MPTCP_EVENT_ESTABLISHED, 1, 0);
        writer.UInt32(MPTCP_ATTR_TOKEN, 7);
        writer.Bytes(MPTCP_ATTR_SADDR4, [10, 0, 0, 1]);
        writer.Bytes(MPTCP_ATTR_DADDR4, [10, 0, 0, 2]);
        writer.UInt16(MPTCP_ATTR_SPORT, 1);
        writer.UInt16(MPTCP_ATTR_DPORT, 2);
        writer.UInt16(MPTCP_ATTR_FLAGS, (ushort)flags);
        if (attribute is not null)
            writer.Byte(MPTCP_ATTR_SERVER_SIDE, (byte)attribute);

        var established = (MptcpConnectionEstablished)EventParser.Parse(Only(writer.Message));
        established.IsServerSide.Should().Be(isServerSide);
        established.IsInitialAddressDenied.Should().Be(flags == MPTCP_PM_EV_FLAG_DENY_JOIN_ID0);
    }

    [Fact]
    public void An_event_of_a_later_kernel_is_unknown()
    {
        var writer = NetlinkMessageWriter.Generic(stackalloc byte[NetlinkMessageWriter.Enough], 33, command: 77, 1, 0);
        EventParser.Parse(Only(writer.Message)).Should().Be(new MptcpUnknownEvent(77));
    }

    [Theory]
    [InlineData(null)] // without a token
    [InlineData(2)] // in too few bytes
    public void An_invalid_event_is_unknown(int? tokenLength)
    {
        var writer = NetlinkMessageWriter.Generic(stackalloc byte[NetlinkMessageWriter.Enough], 33, MPTCP_EVENT_CLOSED, 1, 0);
        if (tokenLength is { } length)
            writer.Bytes(MPTCP_ATTR_TOKEN, new byte[length]);

        EventParser.Parse(Only(writer.Message)).Should().Be(new MptcpUnknownEvent(MPTCP_EVENT_CLOSED));
    }

    [Fact]
    public void An_event_without_a_number_is_refused()
    {
        byte[] message = new NetlinkMessageWriter(stackalloc byte[NetlinkMessageWriter.Enough], 33, 0).Message.ToArray();
        Action parse = () => EventParser.Parse(Only(message));
        parse.Should().Throw<InvalidDataException>().WithMessage("*type 33 with 0 bytes*");
    }

    static NetlinkMessage Only(ReadOnlySpan<byte> datagram)
    {
        var messages = new NetlinkMessages(datagram);
        messages.MoveNext().Should().BeTrue();
        return messages.Current;
    }

    static byte[] Hex(string text) => Convert.FromHexString(text.Replace(" ", "", StringComparison.Ordinal));
}
