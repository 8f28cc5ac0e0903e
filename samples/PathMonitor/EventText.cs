using Mptcp.Netlink;

namespace PathMonitor;

/// <summary>An event as a line for people.</summary>
static class EventText
{
    internal static string Of(MptcpEvent what) => what switch
    {
        MptcpConnectionCreated e => $"{e.Token:x8} begins: {e.LocalEndPoint} - {e.RemoteEndPoint}{Side(e.IsServerSide)}",
        MptcpConnectionEstablished e => $"{e.Token:x8} is established: {e.LocalEndPoint} - {e.RemoteEndPoint}{Side(e.IsServerSide)}",
        MptcpConnectionClosed e => $"{e.Token:x8} has ended",
        MptcpAddressAnnounced e => $"{e.Token:x8} peer announces {e.RemoteEndPoint} as address {e.RemoteAddressId}",
        MptcpAddressRemoved e => $"{e.Token:x8} peer takes back address {e.RemoteAddressId}",
        MptcpSubflowEstablished e => $"{e.Token:x8} new path: {e.LocalEndPoint} - {e.RemoteEndPoint}{(e.IsBackup ? ", a backup" : "")}",
        MptcpSubflowClosed e => $"{e.Token:x8} path ends: {e.LocalEndPoint} - {e.RemoteEndPoint}{(e.ResetReason is { } reason ? $", {reason}" : "")}",
        MptcpSubflowPriorityChanged e => $"{e.Token:x8} path is {(e.IsBackup ? "a backup" : "regular")} now: {e.LocalEndPoint} - {e.RemoteEndPoint}",
        MptcpListenerCreated e => $"listening: {e.LocalEndPoint}",
        MptcpListenerClosed e => $"no longer listening: {e.LocalEndPoint}",
        MptcpEventsLost => "events were lost: the connections as they are now",
        _ => what.ToString(),
    };

    static string Side(bool isServerSide) => isServerSide ? ", accepted" : "";
}
