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
            string question = same.First().Id == "path-none" ? "Why no path?" : "Why only one path?";
            yield return Crop.To($"[bold]{question}[/]  [grey]{string.Join(", ", same.Select(finding => finding.Subject))}[/]", width);
            foreach (string line in FindingList.Body(same.First(), width))
                yield return line;
        }
    }
}
