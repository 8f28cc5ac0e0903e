using System.Net.NetworkInformation;
using Mptcp.Dashboard.Feed;
using Mptcp.Dashboard.Html;
using Mptcp.Netlink;
using Mptcp.Netlink.Programs;
using Mptcp.Sockets;

namespace Mptcp.Dashboard.Pages;

/// <summary>The host on one screen.</summary>
static class HostPage
{
    internal const string Title = "Host";

    const string NoMptcp = "none: the kernel has no MPTCP";

    internal static Page Render(PageRequest page)
    {
        HostReading reading = page.Sample.Reading;
        ConnectionView[] open = [.. page.Sample.Connections.Where(connection => connection.Reading.State == TcpState.Established)];
        return new Page(Title, $"""
            <dl class="tiles">
            {Parts.Tile("MPTCP connections", Text.Number(open.Count(one => !one.Reading.HasFallenBack)), $"{Text.Number(open.Count(one => one.Paths.Count > 1))} with several paths")}
            {Parts.Tile("Fallen back to TCP", Text.Number(open.Count(one => one.Reading.HasFallenBack)))}
            {Parts.Tile("TCP connections", Text.Number(reading.TcpConnections))}
            {Parts.Tile("Sending", Text.Rate(open.Sum(one => one.Paths.Sum(path => path.SendRate ?? 0))), "over MPTCP")}
            {Parts.Tile("Receiving", Text.Rate(open.Sum(one => one.Paths.Sum(path => path.ReceiveRate ?? 0))), "over MPTCP")}
            </dl>
            {Interfaces(page)}
            <h2>Findings of the doctor</h2>
            {Findings(reading.Findings)}
            <h2>System</h2>
            <dl class="facts">{Facts(reading.Host)}</dl>
            """);
    }

    static Markup Interfaces(PageRequest page)
    {
        var paths = page.Sample.Connections.SelectMany(connection => connection.Paths).GroupBy(path => path.Reading.Interface).OrderBy(group => group.Key, StringComparer.Ordinal);
        return Parts.Table(
            "Paths by interface",
            Parts.Heads("Interface", "#Paths", "#Sending", "#Receiving"),
            paths.Select(group => (Markup)$"""
                <tr><th scope="row"><bdi>{group.Key}</bdi></th><td class="n">{group.Count()}</td><td class="n">{Text.Rate(group.Sum(path => path.SendRate ?? 0))}</td>
                <td class="n">{Text.Rate(group.Sum(path => path.ReceiveRate ?? 0))}</td></tr>
                """),
            "There is no MPTCP connection.");
    }

    static Markup Facts(MptcpHostSnapshot host)
    {
        (string Name, string Value)[] facts =
        [
            ("MPTCP", host.UnavailableReason == MptcpUnavailableReason.None ? "available" : $"not available: {Text.Reason(host.UnavailableReason)}"),
            ("Kernel", $"Linux {host.KernelRelease}"),
            ("Path manager", host.Settings.PathManager ?? "unknown"),
            ("Scheduler", host.Settings.Scheduler ?? "unknown"),
            ("Limits", host.Limits is { } limits ? $"{Quantity.Count(limits.ExtraSubflows, "extra path")}, {Quantity.Count(limits.AcceptedAddresses, "address", "addresses")} accepted" : NoMptcp),
            ("Endpoints", host.Endpoints is { } endpoints ? Text.Number(endpoints.Count) : host.Limits is null ? NoMptcp : "unknown: this kernel lists them with CAP_NET_ADMIN only"),
        ];
        return $"{facts.Select(fact => (Markup)$"<div><dt>{fact.Name}</dt><dd>{fact.Value}</dd></div>")}";
    }

    static Markup Findings(IReadOnlyList<MptcpFinding> findings) => findings.Count == 0
        ? $"""<p class="empty">Nothing keeps connections of this host from using MPTCP or all of their paths.</p>"""
        : (Markup)$"""
            <ul class="findings">{findings.Select(one => (Markup)$"""<li>{Parts.Severity(one.Severity)} <code>{one.Id}</code> <bdi>{one.Subject}</bdi>: {one.Evidence}</li>""")}</ul>
            <p><a href="doctor">What to do</a></p>
            """;
}
