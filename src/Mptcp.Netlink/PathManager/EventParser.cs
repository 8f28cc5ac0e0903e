using Mptcp.Sockets.Interop;
using static Mptcp.Sockets.Interop.NetlinkConstants;

namespace Mptcp.Netlink.PathManager;

/// <summary>Parses a message into an event.</summary>
static class EventParser
{
    /// <summary>
    /// An event that lacks required attributes, or has too few bytes, is returned as unknown: it must not keep a reader from the following
    /// events.
    /// </summary>
    /// <exception cref="InvalidDataException">The message does not even have a number.</exception>
    internal static MptcpEvent Parse(NetlinkMessage message)
    {
        byte number = message.GenericCommand;
        try
        {
            return Parse(number, message);
        }
        catch (InvalidDataException)
        {
            return new MptcpUnknownEvent(number);
        }
    }

    static MptcpEvent Parse(byte number, NetlinkMessage message)
    {
        EventAttributes a = EventAttributes.Parse(message.GenericAttributes);
        return number switch
        {
            MPTCP_EVENT_CREATED => new MptcpConnectionCreated(a.Token, a.Local, a.Remote)
            {
                IsServerSide = a.IsServerSide,
                IsInitialAddressDenied = a.IsInitialAddressDenied,
            },
            MPTCP_EVENT_ESTABLISHED => new MptcpConnectionEstablished(a.Token, a.Local, a.Remote)
            {
                IsServerSide = a.IsServerSide,
                IsInitialAddressDenied = a.IsInitialAddressDenied,
            },
            MPTCP_EVENT_CLOSED => new MptcpConnectionClosed(a.Token),
            MPTCP_EVENT_ANNOUNCED => new MptcpAddressAnnounced(a.Token, a.RemoteId, a.Remote),
            MPTCP_EVENT_REMOVED => new MptcpAddressRemoved(a.Token, a.RemoteId),
            MPTCP_EVENT_SUB_ESTABLISHED => new MptcpSubflowEstablished(a.Token, a.Local, a.Remote)
            {
                LocalAddressId = a.LocalId,
                RemoteAddressId = a.RemoteId,
                IsBackup = a.IsBackup,
                InterfaceIndex = a.InterfaceIndex,
            },
            MPTCP_EVENT_SUB_CLOSED => new MptcpSubflowClosed(a.Token, a.Local, a.Remote)
            {
                LocalAddressId = a.LocalId,
                RemoteAddressId = a.RemoteId,
                IsBackup = a.IsBackup,
                InterfaceIndex = a.InterfaceIndex,
                ErrorNumber = a.Error,
                ResetReason = a.ResetReason,
                IsResetTransient = a.IsResetTransient,
            },
            MPTCP_EVENT_SUB_PRIORITY => new MptcpSubflowPriorityChanged(a.Token, a.Local, a.Remote)
            {
                LocalAddressId = a.LocalId,
                RemoteAddressId = a.RemoteId,
                IsBackup = a.IsBackup,
                InterfaceIndex = a.InterfaceIndex,
            },
            MPTCP_EVENT_LISTENER_CREATED => new MptcpListenerCreated(a.Local),
            MPTCP_EVENT_LISTENER_CLOSED => new MptcpListenerClosed(a.Local),
            _ => new MptcpUnknownEvent(number),
        };
    }
}
