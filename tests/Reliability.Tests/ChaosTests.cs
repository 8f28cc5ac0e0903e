namespace Reliability.Tests;

/// <summary>Programs that use the packages keep their promises, whatever changes around them. A seed that failed once is a case here.</summary>
public class ChaosTests(ITestOutputHelper output)
{
    [Theory(Timeout = Limit.OfATest)]
    [InlineData(2, 2)]
    public async Task Every_connection_ends_intact_or_with_a_true_error_whatever_changes(int seed, double minutes)
    {
        Needs.Mptcp();
        Needs.LabFaults();
        Needs.LabFeatures(Mptcp.Lab.LabFeature.Ip, Mptcp.Lab.LabFeature.Setpriv);

        string[] lines = await Witness.RunAsync(output, IsStall, "chaos", "--seed", $"{seed}", "--minutes", FormattableString.Invariant($"{minutes}"));

        lines.Should().Contain(line => line.Contains("  programs: ", StringComparison.Ordinal)).And.Contain(line => line.Contains("  first: ", StringComparison.Ordinal));
    }

    /// <summary>The kernel may keep a connection without any path: docs/reliability.md, "What is not promised".</summary>
    static bool IsStall(string problem) => problem.Contains("Kind = Hung", StringComparison.Ordinal) && problem.Contains("Detail = connected", StringComparison.Ordinal);
}
