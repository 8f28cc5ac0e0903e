using Mptcp.Dashboard.Feed;
using Mptcp.Dashboard.Html;
using Mptcp.Netlink.Programs;

namespace Mptcp.Dashboard.Pages;

/// <summary>The latest events, filtered and paused.</summary>
static class EventsPage
{
    internal const string Title = "Events";

    const int Most = 200;

    internal static Page Render(PageRequest page)
    {
        string search = page.Get("q"), kind = page.Get("kind");
        bool isPaused = page.Get("paused") == "1";
        LogEntry[] all = page.Feed.Log.Latest();
        LogEntry[] found = [.. all.Where(entry => Matches(entry, search, kind))];
        return new Page(Title, $"""
            <form class="search" role="search" data-live-form>
            <label for="q">Search</label> <input id="q" name="q" type="search" value="{search}" autocomplete="off">
            <label>Kind <select name="kind"><option value="">all</option>{Enum.GetNames<LogKind>().Select(name => Option(name.ToLowerInvariant(), kind))}</select></label>
            <button>Search</button>
            <a class="button" href="events?q={Uri.EscapeDataString(search)}&kind={Uri.EscapeDataString(kind)}{(isPaused ? "" : "&paused=1")}">{(isPaused ? "Continue" : "Pause")}</a>
            </form>
            {(page.Sample.NoEvents is { } why ? $"""<p class="note">{why}</p>""" : Markup.None)}
            <p>{(isPaused ? "Paused. " : "")}{Quantity.Count(found.Length, "event")} of the latest {all.Length}. Events are collected only while somebody watches.</p>
            {Parts.Table("Events", Parts.Heads("Time", "Kind", "Event", "Connection"), found.Take(Most).Select(entry => Parts.Entry(entry, $"<td>{(entry.Token == 0 ? Markup.None : page.Link(entry.Token))}</td>")), "There is no event yet.")}
            """)
        {
            IsLive = !isPaused,
        };
    }

    internal static bool Matches(LogEntry entry, string search, string kind) =>
        (kind == "" || entry.Kind.ToString().Equals(kind, StringComparison.OrdinalIgnoreCase))
        && (entry.Description.Contains(search, StringComparison.OrdinalIgnoreCase) || Text.Token(entry.Token).Contains(search, StringComparison.OrdinalIgnoreCase));

    static Markup Option(string name, string chosen) => name == chosen ? $"""<option selected>{name}</option>""" : (Markup)$"""<option>{name}</option>""";
}
