using Mptcp.Netlink;

namespace Mptcp.Tool.Json;

sealed record FindingLine(string Id, string Severity, string Subject, string Evidence, string Advice, IReadOnlyList<string> Remedy, string Link)
{
    internal static FindingLine Of(MptcpFinding finding) => new(
        finding.Id, finding.Severity.ToString().ToLowerInvariant(), finding.Subject, finding.Evidence, finding.Advice, finding.Remedy, finding.Link);
}
