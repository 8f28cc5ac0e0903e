using System.Net;
using static Mptcp.Netlink.Tests.Doctor.ExampleHost;

namespace Mptcp.Netlink.Tests.Doctor;

/// <summary>The findings of all examples can be read and followed.</summary>
public class FindingTextTests
{
    public static TheoryData<string, string, string, string, string[]> Findings =>
    [
        .. RulesTests.Findings.Concat(PathRulesTests.Findings).Concat(Probed)
            .Select(finding => (finding.Id, finding.Subject, finding.Evidence, finding.Advice, finding.Remedy.ToArray()))
            .DistinctBy(finding => (finding.Id, finding.Subject, finding.Evidence, finding.Advice)),
    ];

    static IEnumerable<MptcpFinding> Probed => Enum.GetValues<MptcpProbeOutcome>()
        .SelectMany(outcome => MptcpDoctor.Examine(Healthy, peer: Probe(mptcp: outcome, joinOver: outcome)));

    [Theory]
    [MemberData(nameof(Findings))]
    public void A_finding_is_written_in_whole_sentences_and_names_its_subject(string id, string subject, string evidence, string advice, string[] remedy)
    {
        subject.Should().NotBeEmpty(id);
        evidence.Should().MatchRegex(@"^(['A-Z]|[a-z]+[0-9.]|mptcpd|[0-9.]+:)", id).And.MatchRegex(@"[^ .:,]\.$").And.NotContain("  ");
        advice.Should().MatchRegex("^['A-Z]", id).And.MatchRegex(@"[^ .:,]\.$").And.NotContain("  ");
        foreach (string command in remedy)
            command.Should().MatchRegex("^(ip|sysctl -w|systemctl|nmcli|printf) .*[^ ]$", id);

        if (IPAddress.TryParse(subject, out _) || subject == "wwan0")
            evidence.Should().Contain(subject, "a host has several of them");
    }
}
