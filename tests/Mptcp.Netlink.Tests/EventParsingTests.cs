using System.Net;
using Mptcp.Netlink.PathManager;
using Mptcp.Sockets.Interop;
using static Mptcp.Netlink.Tests.Support.KernelMessages;
using static Mptcp.Sockets.Interop.NetlinkConstants;

namespace Mptcp.Netlink.Tests;

/// <summary>Events of the path manager. Each field has another value, so that none is read from the place of another.</summary>
public class EventParsingTests
{
    [Theory]
    [InlineData(MPTCP_EVENT_CREATED)]
    [InlineData(MPTCP_EVENT_ESTABLISHED)]
    [InlineData(MPTCP_EVENT_CLOSED)]
    [InlineData(MPTCP_EVENT_ANNOUNCED)]
    [InlineData(MPTCP_EVENT_REMOVED)]
    [InlineData(MPTCP_EVENT_SUB_ESTABLISHED)]
    [InlineData(MPTCP_EVENT_SUB_CLOSED)]
    [InlineData(MPTCP_EVENT_SUB_PRIORITY)]
    [InlineData(MPTCP_EVENT_LISTENER_CREATED)]
    [InlineData(MPTCP_EVENT_LISTENER_CLOSED)]
    public void Each_kind_of_event_is_parsed(byte command)
    {
        (IPEndPoint local, IPEndPoint remote) = (IPEndPoint.Parse("192.0.2.1:1000"), IPEndPoint.Parse("[2001:db8::1]:2000"));
        var writer = NetlinkMessageWriter.Generic(stackalloc byte[NetlinkMessageWriter.Enough], Family, command, 1, 0);
        writer.UInt32(MPTCP_ATTR_TOKEN, 101);
        writer.Byte(MPTCP_ATTR_LOC_ID, 102);
        writer.Byte(MPTCP_ATTR_REM_ID, 103);
        writer.Bytes(MPTCP_ATTR_SADDR4, IPv4);
        writer.Bytes(MPTCP_ATTR_DADDR6, IPv6);
        writer.Bytes(MPTCP_ATTR_SPORT, Port(1000));
        writer.Bytes(MPTCP_ATTR_DPORT, Port(2000));
        writer.Byte(MPTCP_ATTR_BACKUP, 1);
        writer.Byte(MPTCP_ATTR_ERROR, 104);
        writer.UInt16(MPTCP_ATTR_FLAGS, MPTCP_PM_EV_FLAG_SERVER_SIDE | MPTCP_PM_EV_FLAG_DENY_JOIN_ID0);
        writer.Int32(MPTCP_ATTR_IF_IDX, 105);
        writer.UInt32(MPTCP_ATTR_RESET_REASON, 1);
        writer.UInt32(MPTCP_ATTR_RESET_FLAGS, 2);

        EventParser.Parse(Only(writer.Message)).Should().Be(command switch
        {
            MPTCP_EVENT_CREATED => new MptcpConnectionCreated(101, local, remote) { IsServerSide = true, IsInitialAddressDenied = true },
            MPTCP_EVENT_ESTABLISHED => new MptcpConnectionEstablished(101, local, remote) { IsServerSide = true, IsInitialAddressDenied = true },
            MPTCP_EVENT_CLOSED => new MptcpConnectionClosed(101),
            MPTCP_EVENT_ANNOUNCED => new MptcpAddressAnnounced(101, 103, remote),
            MPTCP_EVENT_REMOVED => new MptcpAddressRemoved(101, 103),
            MPTCP_EVENT_SUB_ESTABLISHED => new MptcpSubflowEstablished(101, local, remote) { LocalAddressId = 102, RemoteAddressId = 103, IsBackup = true, InterfaceIndex = 105 },
            MPTCP_EVENT_SUB_CLOSED => new MptcpSubflowClosed(101, local, remote)
            {
                LocalAddressId = 102,
                RemoteAddressId = 103,
                IsBackup = true,
                InterfaceIndex = 105,
                ErrorNumber = 104,
                ResetReason = (MptcpResetReason)1,
                IsResetTransient = false,
            },
            MPTCP_EVENT_SUB_PRIORITY => new MptcpSubflowPriorityChanged(101, local, remote) { LocalAddressId = 102, RemoteAddressId = 103, IsBackup = true, InterfaceIndex = 105 },
            MPTCP_EVENT_LISTENER_CREATED => new MptcpListenerCreated(local),
            _ => new MptcpListenerClosed(local),
        });
    }

    [Fact]
    public void A_subflow_that_was_closed_without_an_error_or_a_reset_has_none()
    {
        var writer = NetlinkMessageWriter.Generic(stackalloc byte[NetlinkMessageWriter.Enough], Family, MPTCP_EVENT_SUB_CLOSED, 1, 0);
        writer.UInt32(MPTCP_ATTR_TOKEN, 101);
        writer.Bytes(MPTCP_ATTR_SADDR4, IPv4);
        writer.Bytes(MPTCP_ATTR_DADDR4, Router);
        writer.Bytes(MPTCP_ATTR_SPORT, Port(1000));
        writer.Bytes(MPTCP_ATTR_DPORT, Port(2000));
        writer.Byte(MPTCP_ATTR_BACKUP, 0);
        writer.Byte(MPTCP_ATTR_ERROR, 0);

        EventParser.Parse(Only(writer.Message)).Should().Be(new MptcpSubflowClosed(101, IPEndPoint.Parse("192.0.2.1:1000"), IPEndPoint.Parse("192.0.2.254:2000")));
    }
}
