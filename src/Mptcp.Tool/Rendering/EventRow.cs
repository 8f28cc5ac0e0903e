using Mptcp.Netlink;
using Mptcp.Netlink.Programs;

namespace Mptcp.Tool.Rendering;

/// <summary>An event in one line.</summary>
static class EventRow
{
    internal static string Of(MptcpEvent what, InterfaceNames interfaces)
    {
        var text = EventText.Of(what, interfaces);
        string token = what is MptcpConnectionEvent e ? $"[bold]{Format.Token(e.Token)}[/]" : new string(' ', 8);
        return $"[grey]{Format.Time(what.Time)}[/]  {token}  {Colored(what, Format.Cell(text.What))}{(text.Where is { } where ? $"  [grey]{Format.Cell(where)}[/]" : "")}";
    }

    static string Colored(MptcpEvent what, string text) => what switch
    {
        MptcpConnectionEstablished or MptcpSubflowEstablished => $"[green]{text}[/]",
        MptcpSubflowClosed => $"[yellow]{text}[/]",
        MptcpEventsLost => $"[red]{text}[/]",
        _ => text,
    };
}
