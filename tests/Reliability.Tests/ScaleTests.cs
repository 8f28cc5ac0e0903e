namespace Reliability.Tests;

[Collection(Alone.Name)]
public class ScaleTests(ITestOutputHelper output)
{
    [Fact(Timeout = Limit.OfATest)]
    public async Task Many_connections_connects_and_events_cost_no_more_each_than_few()
    {
        Needs.Mptcp();
        Needs.Lab();
        Needs.LabFeatures(Mptcp.Lab.LabFeature.Setpriv);

        string[] lines = await Witness.RunAsync(output, "scale", "--minutes", "0.4");

        lines.Should().Contain(line => line.Contains("19000 connections", StringComparison.Ordinal)).And.Contain(line => line.Contains("10000 connects at once to a dead host", StringComparison.Ordinal));
    }
}
