namespace Reliability.Tests;

public class SoakTests(ITestOutputHelper output)
{
    [Fact(Timeout = Limit.OfATest)]
    public async Task Nothing_grows_while_500_connections_come_and_go_over_paths_that_flap()
    {
        Needs.Mptcp();
        Needs.LabFaults();
        Needs.LabFeatures(Mptcp.Lab.LabFeature.Ip, Mptcp.Lab.LabFeature.Setpriv);

        string[] lines = await Witness.RunAsync(output, "soak", "--minutes", "3");

        lines.Should().Contain(line => line.StartsWith("| client: descriptors", StringComparison.Ordinal));
    }
}
