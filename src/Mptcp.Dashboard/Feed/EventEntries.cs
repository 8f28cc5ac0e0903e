using Mptcp.Netlink;
using Mptcp.Netlink.Programs;

namespace Mptcp.Dashboard.Feed;

/// <summary>Makes lines of the log from the kernel's events.</summary>
static class EventEntries
{
    internal static LogEntry Of(MptcpEvent what, InterfaceNames interfaces) =>
        new(what.Time, (what as MptcpConnectionEvent)?.Token ?? 0, Kind(what), EventText.Of(what, interfaces).ToString(), what);

    static LogKind Kind(MptcpEvent what) => what switch
    {
        MptcpConnectionCreated or MptcpConnectionEstablished or MptcpConnectionClosed => LogKind.Connection,
        MptcpAddressAnnounced or MptcpAddressRemoved => LogKind.Address,
        MptcpSubflowEstablished => LogKind.Joined,
        MptcpSubflowClosed => LogKind.Lost,
        MptcpSubflowPriorityChanged => LogKind.Priority,
        MptcpListenerCreated or MptcpListenerClosed => LogKind.Listener,
        _ => LogKind.Other,
    };
}
