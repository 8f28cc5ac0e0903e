using Mptcp.Netlink;

namespace Mptcp.Tool.Rendering;

/// <summary>Why connections have one path only, each reason once.</summary>
static class OnePathList
{
    internal static IEnumerable<string> Lines(IEnumerable<MptcpFinding> findings, int width)
    {
        foreach (IGrouping<string, MptcpFinding> same in findings.GroupBy(finding => finding.Evidence))
        {
            yield return "";
            yield return Crop.To($"[bold]Why only one path?[/]  [grey]{string.Join(", ", same.Select(finding => finding.Subject))}[/]", width);
            foreach (string line in FindingList.Body(same.First(), width))
                yield return line;
        }
    }
}
