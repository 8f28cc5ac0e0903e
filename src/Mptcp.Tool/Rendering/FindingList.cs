using Mptcp.Netlink;

namespace Mptcp.Tool.Rendering;

static class FindingList
{
    const int Indent = 2;

    internal static IEnumerable<string> Lines(IReadOnlyList<MptcpFinding> findings, int width)
    {
        foreach ((int i, MptcpFinding finding) in findings.Index())
        {
            if (i > 0)
                yield return "";

            yield return Crop.To($"{Severity(finding.Severity)}  [bold]{Format.Cell(finding.Id)}[/]  {Format.Cell(finding.Subject)}", width);
            foreach (string line in Body(finding, width))
                yield return line;
        }
    }

    /// <summary>All but the heading.</summary>
    internal static IEnumerable<string> Body(MptcpFinding finding, int width) =>
    [
        .. Paragraph.Lines(finding.Evidence, width, Indent),
        .. Paragraph.Lines(finding.Advice, width, Indent),
        .. finding.Remedy.Select(command => $"    [green]{Format.Cell(command)}[/]"), // whole, so that it can be copied
        $"  [grey]{Format.Cell(finding.Link)}[/]",
    ];

    internal static string Severity(MptcpFindingSeverity severity) => severity switch
    {
        MptcpFindingSeverity.Error => "[red]error[/]",
        MptcpFindingSeverity.Warning => "[yellow]warning[/]",
        _ => "[blue]note[/]",
    };
}
