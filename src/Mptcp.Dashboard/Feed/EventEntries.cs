using System.Runtime.InteropServices;
using Mptcp.Dashboard.Html;
using Mptcp.Netlink;

namespace Mptcp.Dashboard.Feed;

/// <summary>Describes the kernel's events.</summary>
static class EventEntries
{
    internal static LogEntry Of(MptcpEvent what, InterfaceNames interfaces)
    {
        (LogKind kind, string text) = what switch
        {
            MptcpConnectionCreated e => (LogKind.Connection, $"connection begins{Side(e)}: {Text.Pair(e.LocalEndPoint, e.RemoteEndPoint)}"),
            MptcpConnectionEstablished e => (LogKind.Connection, $"connection established{Side(e)}: {Text.Pair(e.LocalEndPoint, e.RemoteEndPoint)}"),
            MptcpConnectionClosed => (LogKind.Connection, "connection closed"),
            MptcpAddressAnnounced e => (LogKind.Address, $"peer announces {e.RemoteEndPoint} as address {e.RemoteAddressId}"),
            MptcpAddressRemoved e => (LogKind.Address, $"peer withdraws address {e.RemoteAddressId}"),
            MptcpSubflowEstablished e => (LogKind.Joined, $"path over {Over(e, interfaces)} joined{(e.IsBackup ? " as backup" : "")}: {Text.Pair(e.LocalEndPoint, e.RemoteEndPoint)}"),
            MptcpSubflowClosed e => (LogKind.Lost, $"path over {Over(e, interfaces)} lost{Why(e)}: {Text.Pair(e.LocalEndPoint, e.RemoteEndPoint)}"),
            MptcpSubflowPriorityChanged e => (LogKind.Priority, $"path over {Over(e, interfaces)} is {(e.IsBackup ? "a backup" : "a regular one")} now"),
            MptcpListenerCreated e => (LogKind.Listener, $"a socket listens on {e.LocalEndPoint}"),
            MptcpListenerClosed e => (LogKind.Listener, $"no socket listens on {e.LocalEndPoint} any more"),
            MptcpEventsLost => (LogKind.Other, "events were lost: this program was too slow"),
            MptcpUnknownEvent e => (LogKind.Other, $"event {e.Number}, which this version does not know"),
            _ => (LogKind.Other, what.ToString()),
        };
        return new LogEntry(what.Time, (what as MptcpConnectionEvent)?.Token ?? 0, kind, text, what);
    }

    static string Side(MptcpHandshakeEvent e) => e.IsServerSide ? " (accepted)" : "";

    static string Over(MptcpSubflowEvent e, InterfaceNames interfaces) => interfaces.Of(e.InterfaceIndex ?? 0, e.LocalEndPoint.Address);

    static string Why(MptcpSubflowClosed e)
    {
        string error = e.ErrorNumber is { } number ? $", {Marshal.GetPInvokeErrorMessage(number)} (error {number})" : "";
        return e.ResetReason is { } reason ? $"{error}, the peer reset it: {Words(reason)}{(e.IsResetTransient == true ? ", for now" : "")}" : error;
    }

    static string Words(MptcpResetReason reason) => reason switch
    {
        MptcpResetReason.Unspecified => "unspecified",
        MptcpResetReason.MptcpError => "MPTCP error",
        MptcpResetReason.LackOfResources => "lack of resources",
        MptcpResetReason.AdministrativelyProhibited => "administratively prohibited",
        MptcpResetReason.TooMuchOutstandingData => "too much outstanding data",
        MptcpResetReason.UnacceptablePerformance => "unacceptable performance",
        MptcpResetReason.MiddleboxInterference => "middlebox interference",
        _ => $"reason {(int)reason}",
    };
}
