using Mptcp.Dashboard.Html;
using Mptcp.Netlink.Programs;

namespace Mptcp.Dashboard.Pages;

/// <summary>What the doctor found, with the remedies.</summary>
static class DoctorPage
{
    internal const string Title = "Doctor";

    internal static Page Render(PageRequest page) => new(Title, page.Sample.Reading.Findings is { Count: > 0 } findings
        ? $"""<p>{Quantity.Count(findings.Count, "finding")}, the most severe first. The commands are for root, and last until the machine restarts.</p><h2 class="hidden">Findings</h2>{findings.Select(Parts.Finding)}"""
        : (Markup)$"""<p class="empty">The doctor found nothing that keeps connections of this host from using MPTCP or all of their paths.</p>""");
}
