using System.Net;
using System.Runtime.InteropServices;
using Mptcp.Netlink;

namespace Mptcp.Tool.Rendering;

/// <summary>Describes an event in one line.</summary>
static class EventText
{
    internal static string Of(MptcpEvent what, InterfaceNames interfaces) => what switch
    {
        MptcpConnectionCreated e => $"{Token(e)}  connection begins{Side(e)}  {Pair(e.LocalEndPoint, e.RemoteEndPoint)}",
        MptcpConnectionEstablished e => $"{Token(e)}  [green]connection established[/]{Side(e)}  {Pair(e.LocalEndPoint, e.RemoteEndPoint)}",
        MptcpConnectionClosed e => $"{Token(e)}  connection closed",
        MptcpAddressAnnounced e => $"{Token(e)}  peer announces {Format.Cell(e.RemoteEndPoint)} as address {e.RemoteAddressId}",
        MptcpAddressRemoved e => $"{Token(e)}  peer withdraws address {e.RemoteAddressId}",
        MptcpSubflowEstablished e => $"{Token(e)}  [green]path opened[/]{Over(e, interfaces)}{(e.IsBackup ? " as backup" : "")}  {Pair(e.LocalEndPoint, e.RemoteEndPoint)}",
        MptcpSubflowClosed e => $"{Token(e)}  [yellow]path closed[/]{Over(e, interfaces)}{Why(e)}  {Pair(e.LocalEndPoint, e.RemoteEndPoint)}",
        MptcpSubflowPriorityChanged e => $"{Token(e)}  path is {(e.IsBackup ? "a backup" : "in use")} now{Over(e, interfaces)}  {Pair(e.LocalEndPoint, e.RemoteEndPoint)}",
        MptcpListenerCreated e => $"          listening  {Format.Cell(e.LocalEndPoint)}",
        MptcpListenerClosed e => $"          no longer listening  {Format.Cell(e.LocalEndPoint)}",
        MptcpEventsLost => "[red]events were lost[/]: this program was too slow",
        MptcpUnknownEvent e => $"          event {e.Number}, which this version does not know",
        _ => Format.Cell(what),
    };

    static string Token(MptcpConnectionEvent e) => $"[bold]{Format.Token(e.Token)}[/]";

    static string Side(MptcpHandshakeEvent e) => e.IsServerSide ? " (accepted)" : "";

    static string Over(MptcpSubflowEvent e, InterfaceNames interfaces) => e.InterfaceIndex is { } index && interfaces.Of(index) is { } name ? $" over [blue]{Format.Cell(name)}[/]" : "";

    static string Why(MptcpSubflowClosed e)
    {
        string error = e.ErrorNumber is { } number ? $": {Marshal.GetPInvokeErrorMessage(number)} (error {number})" : "";
        string reset = e.ResetReason is { } reason ? $", peer reset it: {Json.JsonNames.Kebab(reason.ToString()).Replace('-', ' ')}{(e.IsResetTransient == true ? ", for now" : "")}" : "";
        return Format.Cell(error + reset);
    }

    static string Pair(IPEndPoint local, IPEndPoint remote) => $"[grey]{Format.Cell(local)} → {Format.Cell(remote)}[/]";
}
