using System.Net.NetworkInformation;
using Mptcp.Dashboard.Feed;
using Mptcp.Dashboard.Html;
using Mptcp.Netlink;

namespace Mptcp.Dashboard.Pages;

/// <summary>Where connections and paths are lost on the way to MPTCP.</summary>
static class WhyPage
{
    internal const string Title = "Why not MPTCP";

    const int MostExplained = 200;

    internal static Page Render(PageRequest page)
    {
        MptcpHostSnapshot host = page.Sample.Reading.Host;
        ConnectionView[] mptcp = [.. page.Sample.Connections.Where(one => one.Reading is { HasFallenBack: false, State: TcpState.Established })];
        MptcpHostConnection[] open = [.. (host.Connections ?? []).Where(one => one is { HasFallenBack: false, State: TcpState.Established })];
        IReadOnlyList<Funnel> funnels = Funnel.Of(
            name => host.Counters[name], open.Count(one => one.IsAccepted == false), open.Count(one => one.IsAccepted == true), mptcp.Sum(one => Math.Max(one.Paths.Count - 1, 0)));
        return new Page(Title, $"""
            <p>The kernel has counted since this network namespace was made, so what was mended is counted, too.</p>
            <div class="funnels">{funnels.Select(Section)}</div>
            <h2>Connections with one path</h2>
            {OnePath(page, host, mptcp)}
            """);
    }

    static Markup Section(Funnel funnel) => $"""
        <section><h2>{funnel.Name}</h2>
        {(funnel.Steps.Count == 0 ? Markup.None : Steps(funnel))}
        {(funnel.Losses.Count == 0 ? $"""<p class="empty">No failure was counted.</p>""" : (Markup)$"""
            <ul class="losses">{funnel.Losses.Select(loss => (Markup)$"<li><strong>{loss.Count}</strong> {loss.Reason}</li>")}</ul>
            """)}
        </section>
        """;

    static Markup Steps(Funnel funnel)
    {
        long most = Math.Max(funnel.Steps.Max(step => step.Count) ?? 0, 1);
        return $"""
            <table class="funnel"><caption class="hidden">{funnel.Name}</caption><thead class="hidden"><tr>{Parts.Heads("Step", "Share", "#Count")}</tr></thead><tbody>
            {funnel.Steps.Select(step => (Markup)$"""
                <tr><th scope="row">{step.Name}</th>
                <td><svg class="bar" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true"><rect class="step" width="{(step.Count ?? 0) * 100.0 / most}" height="8"/></svg></td>
                <td class="n">{Text.Number(step.Count)}</td></tr>
                """)}
            </tbody></table>
            """;
    }

    static Markup OnePath(PageRequest page, MptcpHostSnapshot host, ConnectionView[] mptcp)
    {
        HashSet<uint> known = [.. (host.Connections ?? []).Select(connection => connection.Token)];
        uint[] lonely = [.. mptcp.Where(one => one.Paths.Count <= 1 && known.Contains(one.Reading.Token)).Select(one => one.Reading.Token)];
        MptcpEvent[] events = page.Feed.Log.KernelEvents();
        var reasons = lonely.Take(MostExplained)
            .Select(token => (Token: token, Finding: MptcpDoctor.ExplainPaths(host, token, events)))
            .Where(one => one.Finding is not null)
            .GroupBy(one => one.Finding!.Id)
            .OrderByDescending(group => group.Count());
        return $"""
            {(lonely.Length > MostExplained ? $"<p>The first {MostExplained} of {lonely.Length}:</p>" : Markup.None)}
            {Parts.Table(
                "Connections with one path, by reason",
                Parts.Heads("Reason", "#Connections", "For example", "Evidence"),
                reasons.Select(group => (Markup)$"""
                    <tr><th scope="row"><code>{group.Key}</code></th><td class="n">{group.Count()}</td><td>{page.Link(group.First().Token)}</td><td class="long">{group.First().Finding!.Evidence} {group.First().Finding!.Advice}</td></tr>
                    """),
                "Every MPTCP connection has several paths, or there is none.")}
            """;
    }
}
