using System.Globalization;
using System.Text.RegularExpressions;

namespace Samples.Tests;

/// <summary>samples/Cluster: three silos on two networks, one of which dies under load.</summary>
public class ClusterTests
{
    [Fact(Timeout = Limit.OfATest)]
    public async Task A_cluster_with_MPTCP_loses_a_network_but_no_call_and_no_silo()
    {
        Needs.Mptcp();
        Needs.LabFaults();
        await using Child sample = Child.Start("dotnet", [Repository.Assembly("samples/Cluster")]);

        (int mptcp, int tcp) calls = await ReadRowAsync(sample, "calls"), failed = await ReadRowAsync(sample, "failed calls"), dead = await ReadRowAsync(sample, "silos declared dead");

        calls.mptcp.Should().BePositive();
        (failed.mptcp, dead.mptcp).Should().Be((0, 0), "MPTCP has another path");
        (failed.tcp + dead.tcp).Should().BePositive("TCP has not");
    }

    static async Task<(int Mptcp, int Tcp)> ReadRowAsync(Child sample, string name)
    {
        string row;
        do
            row = await sample.ReadLineAsync();
        while (!row.StartsWith(name, StringComparison.Ordinal));

        int[] numbers = [.. Regex.Matches(row, "[0-9,]+").Select(number => int.Parse(number.Value, NumberStyles.AllowThousands, CultureInfo.InvariantCulture))];
        return (numbers[0], numbers[1]);
    }
}
