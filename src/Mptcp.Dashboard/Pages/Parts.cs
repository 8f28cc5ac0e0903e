using Mptcp.Dashboard.Feed;
using Mptcp.Dashboard.Html;
using Mptcp.Netlink;

namespace Mptcp.Dashboard.Pages;

/// <summary>Parts that several pages have.</summary>
static class Parts
{
    /// <summary>A table that scrolls inside the page where the page is narrow.</summary>
    internal static Markup Table(string caption, Markup heads, IEnumerable<Markup> rows, string empty)
    {
        Markup[] all = [.. rows];
        return all.Length == 0 ? $"""<p class="empty">{empty}</p>""" : (Markup)$"""
            <div class="scroll" role="region" aria-label="{caption}" tabindex="0">
            <table><caption>{caption}</caption><thead><tr>{heads}</tr></thead><tbody>{all}</tbody></table>
            </div>
            """;
    }

    /// <param name="names">The names of the columns. A name that begins with # is that of a column of numbers.</param>
    internal static Markup Heads(params IEnumerable<string> names) => $"{names.Select(name => (Markup)$"""<th scope="col" class="{(name.StartsWith('#') ? "n" : "")}">{name.TrimStart('#')}</th>""")}";

    internal static Markup Tile(string name, string value, string note = "") => $"""<div class="tile"><dt>{name}</dt><dd>{value} <small>{note}</small></dd></div>""";

    /// <summary>The state of a path: a word, whose colour only repeats it.</summary>
    internal static Markup Status(PathView path) => $"""<span class="status {path.Status.ToString().ToLowerInvariant()}">{path.StatusText}</span>""";

    /// <summary>The pattern of a path in charts, with its number.</summary>
    internal static Markup Swatch(PathView path) =>
        $"""<svg class="swatch" viewBox="0 0 16 16" aria-hidden="true"><rect width="16" height="16" class="area p{Pattern(path)}"/></svg><span class="number">{path.Number}</span>""";

    internal static int Pattern(PathView path) => (path.Number - 1) % 8 + 1;

    internal static Markup Severity(MptcpFindingSeverity severity) => $"""<span class="severity {severity.ToString().ToLowerInvariant()}">{severity.ToString().ToLowerInvariant()}</span>""";

    /// <summary>A finding, in full.</summary>
    internal static Markup Finding(MptcpFinding finding)
    {
        Markup remedy = finding.Remedy.Count == 0 ? Markup.None : (Markup)$"""<pre>{string.Join('\n', finding.Remedy)}</pre>""";
        return $"""
            <article class="finding {finding.Severity.ToString().ToLowerInvariant()}"><h3>{Severity(finding.Severity)} <code>{finding.Id}</code> <bdi>{finding.Subject}</bdi></h3>
            <p>{finding.Evidence}</p><p>{finding.Advice}</p>{remedy}<p><small>More: {finding.Link} of Mptcp.Sockets</small></p></article>
            """;
    }

    /// <param name="entry">The event.</param>
    /// <param name="connection">The cell with the connection; empty on the page of one.</param>
    internal static Markup Entry(LogEntry entry, Markup connection) => $"""
        <tr><td class="time">{Text.Time(entry.Time)}</td><td>{Kind(entry.Kind)}</td><td class="long"><bdi>{entry.Description}</bdi></td>{connection}</tr>
        """;

    internal static Markup Kind(LogKind kind) => $"""<span class="kind {kind.ToString().ToLowerInvariant()}">{kind.ToString().ToLowerInvariant()}</span>""";
}
