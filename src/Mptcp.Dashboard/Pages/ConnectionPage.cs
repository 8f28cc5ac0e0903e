using System.Globalization;
using Mptcp.Dashboard.Feed;
using Mptcp.Dashboard.Html;
using Mptcp.Netlink;
using Mptcp.Netlink.Programs;

namespace Mptcp.Dashboard.Pages;

/// <summary>One connection: its paths, their history, and what happened to them.</summary>
static class ConnectionPage
{
    const int MostEntries = 100;

    internal static Page Render(PageRequest page, string name)
    {
        int minutes = page.Number("minutes", 2, 10), seconds = minutes * 60;
        long first = page.Sample.Second - seconds + 1;
        ConnectionView? connection = null;
        (PathView Path, PathPoint[] Points)[] paths = [];
        if (uint.TryParse(name, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out uint token) && token != 0)
        {
            connection = page.Sample.Connections.FirstOrDefault(one => one.Reading.Token == token);
            paths = page.Feed.History.Read(token, first, seconds);
        }

        if (connection is null && paths.Length == 0)
        {
            return new Page("No such connection", $"""<p>This host has no MPTCP connection <code>{name}</code>, and no history of one. <a href="{page.Root}connections">All connections</a></p>""")
            {
                StatusCode = 404,
            };
        }

        LogEntry[] log = [.. page.Feed.Log.Latest().Where(entry => entry.Token == token)];
        double[] marks = [.. log.Where(IsMark).Select(entry => seconds - (page.Sample.Time - entry.Time).TotalSeconds).Where(at => at >= 0)];
        return new Page($"Connection {Text.Token(token)}", $"""
            {Facts(connection, page, paths)}
            {Why(connection, page)}
            {Table("Paths", connection, page, [.. paths.Select(path => path.Path)])}
            <p class="window">Show the last {(minutes == 10 ? $"""<a href="?minutes=2">2 minutes</a> or <strong>10 minutes</strong>""" : (Markup)$"""<strong>{Quantity.Count(minutes, "minute")}</strong> or <a href="?minutes=10">10 minutes</a>""")}.
            <small>Dashed verticals are events. A gap means that nobody watched.</small></p>
            {Chart.Throughput(paths, seconds, marks)}
            {Chart.Lives(paths, seconds)}
            {Chart.Rtt(paths, seconds, marks)}
            {(connection?.Relayed is { } side ? OtherSide.Render(side, page, first, seconds) : Markup.None)}
            <h2>Timeline</h2>
            {(page.Sample.NoEvents is { } why ? $"""<p class="note">{why}</p>""" : Markup.None)}
            {Parts.Table("Timeline, the latest first", Parts.Heads("Time", "Kind", "Event"), log.Take(MostEntries).Select(entry => Parts.Entry(entry, Markup.None)), "No event since the first look.")}
            """)
        {
            Section = ConnectionsPage.Title,
        };
    }

    static bool IsMark(LogEntry entry) => entry.Kind is LogKind.Joined or LogKind.Lost or LogKind.Stalled or LogKind.Recovered or LogKind.Priority;

    static Markup Facts(ConnectionView? connection, PageRequest page, (PathView Path, PathPoint[] Points)[] paths) => connection is null
        ? $"""<p class="note">This connection is closed. Its history stays for ten minutes.</p>"""
        : (Markup)$"""
            <dl class="tiles">
            {Parts.Tile("From", connection.Reading.Local.ToString())}
            {Parts.Tile("To", connection.Reading.Remote.ToString())}
            {Parts.Tile("Process", connection.Reading.Process is "" ? "unknown" : connection.Reading.Process)}
            {Parts.Tile("State", connection.Reading.HasFallenBack ? "fell back to TCP" : connection.Reading.State.ToString().ToLowerInvariant(), Quantity.Count(connection.Paths.Count, "path"))}
            {Parts.Tile("Rate", Text.Rate(connection.Rate))}
            {(connection.Relayed is { } side ? OtherSide.Tiles(side) : Markup.None)}
            </dl>
            """;

    /// <summary>Says why the connection has one path only, or none. The snapshot may be older than the connection.</summary>
    static Markup Why(ConnectionView? connection, PageRequest page)
    {
        MptcpHostSnapshot host = page.Sample.Reading.Host;
        if (connection is not { Paths.Count: <= 1 } || host.Connections?.Any(one => one.Token == connection.Reading.Token) != true
            || MptcpDoctor.ExplainPaths(host, connection.Reading.Token, page.Feed.Log.KernelEvents()) is not { } finding)
        {
            return Markup.None;
        }

        return $"""<section aria-labelledby="why"><h2 id="why">{(finding.Id == "path-none" ? "Why no path?" : "Why only one path?")}</h2>{Parts.Finding(finding)}</section>""";
    }

    internal static Markup Table(string caption, ConnectionView? connection, PageRequest page, PathView[] paths) => connection is { Reading.Paths: null }
        ? $"""<p class="note">The kernel reports the paths of this connection only to programs with the capability CAP_NET_ADMIN.</p>"""
        : Parts.Table(
            caption,
            Parts.Heads(["Path", "Interface", "Status", "#Sending", "#Receiving", "#RTT", "#Window", "#Sent", "#Received", "#Resent", "From and to", .. page.AllowsChanges ? (string[])["Change"] : []]),
            paths.Select(path => Row(path, page)),
            "The kernel reports no path.");

    static Markup Row(PathView path, PageRequest page) => $"""
        <tr><th scope="row">{Parts.Swatch(path)}</th><td><bdi>{path.Reading.Interface}</bdi></td><td>{Parts.Status(path)}</td>
        <td class="n">{Text.Rate(path.SendRate)}</td><td class="n">{Text.Rate(path.ReceiveRate)}</td><td class="n">{Text.Milliseconds(path.Reading.RttMilliseconds)}</td>
        <td class="n">{Text.Number(path.Reading.CongestionWindow)}</td><td class="n" data-bytes="{Text.Number(path.Reading.BytesSent)}">{Text.Bytes(path.Reading.BytesSent)}</td>
        <td class="n" data-bytes="{Text.Number(path.Reading.BytesReceived)}">{Text.Bytes(path.Reading.BytesReceived)}</td><td class="n">{Text.Number(path.Reading.Retransmits)}</td>
        <td>{path.Reading.Key.Local}<br><small>to {path.Reading.Key.Remote}</small></td>{(page.AllowsChanges ? Changes(path, page) : Markup.None)}</tr>
        """;

    static Markup Changes(PathView path, PageRequest page)
    {
        string key = $"token={Text.Token(path.Reading.Key.Token)}&local={Uri.EscapeDataString(path.Reading.Key.Local.ToString())}&remote={Uri.EscapeDataString(path.Reading.Key.Remote.ToString())}";
        return path.Status == PathStatus.Gone
            ? $"<td></td>"
            : (Markup)$"""
                <td><a href="{page.Root}change?do={(path.Reading.IsBackup ? "regular" : "backup")}&{key}">{(path.Reading.IsBackup ? "Make regular" : "Make backup")}</a><br>
                <a href="{page.Root}change?do=close&{key}">Close</a></td>
                """;
    }
}
