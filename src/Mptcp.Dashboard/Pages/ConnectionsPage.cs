using Mptcp.Dashboard.Feed;
using Mptcp.Dashboard.Html;
using Mptcp.Netlink.Programs;

namespace Mptcp.Dashboard.Pages;

/// <summary>All connections: searched, sorted, fifty a page.</summary>
static class ConnectionsPage
{
    internal const string Title = "Connections";

    const int PageSize = 50;

    internal static Page Render(PageRequest page)
    {
        string search = page.Get("q"), sort = page.Get("sort");
        ConnectionView[] found = [.. ConnectionOrder.Sort(page.Sample.Connections.Where(connection => Matches(connection, search)), sort)];
        int pages = Math.Max((found.Length + PageSize - 1) / PageSize, 1);
        int number = page.Number("page", 1, pages);
        ConnectionView[] shown = [.. found.Skip((number - 1) * PageSize).Take(PageSize)];
        double most = shown.SelectMany(connection => connection.Paths).Select(path => path.Rate).DefaultIfEmpty().Max();
        return new Page(Title, $"""
            <form class="search" role="search" data-live-form><label for="q">Search</label> <input id="q" name="q" type="search" value="{search}" placeholder="address, process, interface, token"
            autocomplete="off"><input type="hidden" name="sort" value="{sort}"> <button>Search</button></form>
            <p>{Quantity.Count(found.Length, "connection")}{(search == "" ? "" : $" of {page.Sample.Connections.Count}")}</p>
            {Parts.Table(
                "Connections",
                $"{ConnectionOrder.Columns.Select(column => Head(column, sort, search))}",
                shown.Select(connection => Row(connection, page, most)),
                search == "" ? "There is no MPTCP connection." : "No connection matches.")}
            {Pager(number, pages, sort, search)}
            """);
    }

    internal static bool Matches(ConnectionView connection, string search) => search == "" || search.Split(' ', StringSplitOptions.RemoveEmptyEntries).All(word =>
        Words(connection).Any(text => text.Contains(word, StringComparison.OrdinalIgnoreCase)));

    static IEnumerable<string> Words(ConnectionView connection) =>
    [
        .. connection.Relayed is { } side ? (string[])["relayed", side.Relay.Route, side.Relay.Source.ToString(), side.OtherSide.Remote.ToString()] : [],
        Text.Token(connection.Reading.Token), connection.Reading.Local.ToString(), connection.Reading.Remote.ToString(), connection.Reading.Process,
        connection.Reading.HasFallenBack ? "fell back" : "mptcp",
        .. connection.Paths.SelectMany(path => (string[])[path.Reading.Interface, path.Reading.Key.Local.ToString(), path.Reading.Key.Remote.ToString(), path.StatusText]),
    ];

    static Markup Head((string Key, string Name) column, string sort, string search)
    {
        string direction = sort == column.Key ? "ascending" : sort == $"-{column.Key}" ? "descending" : "none";
        string next = direction == "descending" ? column.Key : $"-{column.Key}";
        return $"""
            <th scope="col" class="{(column.Name.StartsWith('#') ? "n" : "")}" aria-sort="{direction}">
            <a href="connections?{Query(next, search)}">{column.Name.TrimStart('#')}<span class="sort {direction}" aria-hidden="true"></span></a></th>
            """;
    }

    static Markup Row(ConnectionView connection, PageRequest page, double most) => $"""
        <tr><th scope="row">{page.Link(connection.Reading.Token)}</th><td><bdi>{connection.Reading.Process}</bdi></td>
        <td>{connection.Reading.Remote}<br><small>from {connection.Reading.Local}</small></td><td>{State(connection)}{(connection.Relayed is { } side ? Relayed(connection, side, page) : Markup.None)}</td>
        <td class="n">{Text.Rate(connection.Rate)}</td><td class="n">{Text.Milliseconds(connection.LowestRtt)}</td><td>{Paths(connection, most)}</td></tr>
        """;

    static string State(ConnectionView connection) => connection.Reading.HasFallenBack ? "fell back to TCP" : connection.Reading.State.ToString().ToLowerInvariant();

    static Markup Relayed(ConnectionView connection, RelayedSide side, PageRequest page) => $"""
        <br><small>relayed by <bdi>{side.Relay.Route}</bdi><br>{side.OtherName}: {(side.Other is { } other
            ? page.Link(other.Reading.Token)
            : (Markup)$"""<a href="connections/{Text.Token(connection.Reading.Token)}#{OtherSide.Id}">{OtherSide.Protocol(side)} {side.OtherSide.Remote}</a>""")}</small>
        """;

    static Markup Paths(ConnectionView connection, double most) => connection.Reading.Paths is null
        ? $"<small>needs CAP_NET_ADMIN</small>"
        : (Markup)$"""<ul class="bars">{connection.Paths.Select(path => Bar(path, most))}</ul>""";

    static Markup Bar(PathView path, double most) => $"""
        <li><span class="name">{Parts.Swatch(path)} <bdi>{path.Reading.Interface}</bdi></span>
        <svg class="bar" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true"><rect width="{(most > 0 ? path.Rate / most * 100 : 0)}" height="8" class="area p{Parts.Pattern(path)}"/></svg>
        <span class="rate">{Text.Rate(path.Rate)}</span> {Parts.Status(path)}</li>
        """;

    static Markup Pager(int number, int pages, string sort, string search) => pages == 1 ? Markup.None : (Markup)$"""
        <nav aria-label="Pages of the list" class="pager">
        {(number > 1 ? $"""<a href="connections?{Query(sort, search)}&page={number - 1}" rel="prev">Previous</a>""" : Markup.None)}
        <span>Page {number} of {pages}</span>
        {(number < pages ? $"""<a href="connections?{Query(sort, search)}&page={number + 1}" rel="next">Next</a>""" : Markup.None)}
        </nav>
        """;

    static string Query(string sort, string search) => $"sort={Uri.EscapeDataString(sort)}&q={Uri.EscapeDataString(search)}";
}
