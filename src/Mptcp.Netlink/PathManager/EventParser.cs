using Mptcp.Netlink.Transport;
using static Mptcp.Netlink.Interop.NetlinkConstants;

namespace Mptcp.Netlink.PathManager;

/// <summary>A message of the path manager's events → an event.</summary>
static class EventParser
{
    /// <exception cref="InvalidDataException">It lacks what makes the event, or has it in too few bytes.</exception>
    internal static MptcpEvent Parse(NetlinkMessage message)
    {
        EventAttributes a = EventAttributes.Parse(message.GenericAttributes);
        return message.GenericCommand switch
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
            var number => new MptcpUnknownEvent(number),
        };
    }
}
