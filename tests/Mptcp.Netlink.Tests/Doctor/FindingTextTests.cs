using System.Net;
using FluentAssertions.Execution;
using static Mptcp.Netlink.Tests.Doctor.ExampleHost;

namespace Mptcp.Netlink.Tests.Doctor;

/// <summary>The findings of all examples can be read and followed.</summary>
public class FindingTextTests
{
    static IEnumerable<MptcpFinding> Probed => Enum.GetValues<MptcpProbeOutcome>()
        .SelectMany(outcome => MptcpDoctor.Examine(Healthy, peer: Probe(mptcp: outcome, joinOver: outcome)));

    [Fact]
    public void A_finding_is_written_in_whole_sentences_and_names_its_subject()
    {
        using var all = new AssertionScope();
        foreach (MptcpFinding finding in RulesTests.Findings.Concat(PathRulesTests.Findings).Concat(Probed))
        {
            finding.Subject.Should().NotBeEmpty(finding.Id);
            finding.Evidence.Should().MatchRegex(@"^(['A-Z]|[a-z]+[0-9.]|mptcpd|[0-9.]+:)", finding.Id).And.MatchRegex(@"[^ .:,]\.$").And.NotContain("  ");
            finding.Advice.Should().MatchRegex("^['A-Z]", finding.Id).And.MatchRegex(@"[^ .:,]\.$").And.NotContain("  ");
            foreach (string command in finding.Remedy)
                command.Should().MatchRegex("^(ip|sysctl -w|systemctl|nmcli|printf) .*[^ ]$", finding.Id);

            if (IPAddress.TryParse(finding.Subject, out _) || finding.Subject == "wwan0")
                finding.Evidence.Should().Contain(finding.Subject, "a host has several of them");
        }
    }
}
