using Mptcp.Dashboard.Charts;
using Mptcp.Dashboard.Feed;
using Mptcp.Dashboard.Pages;
using Mptcp.Dashboard.Tests.Support;

namespace Mptcp.Dashboard.Tests;

public class ChartTests
{
    [Theory]
    [InlineData(0, 1)]
    [InlineData(1.01, 2)]
    [InlineData(20, 20)]
    [InlineData(21, 30)]
    [InlineData(31, 50)]
    [InlineData(5_001, 10_000)]
    public void An_axis_ends_at_a_round_number(double value, double end) => Axis.RoundUp(value).Should().BeApproximately(end, end / 1e9);

    [Theory]
    [InlineData(0.02, 0.1)]
    [InlineData(0.13, 0.2)]
    [InlineData(0.25, 0.3)]
    [InlineData(3.1, 5)]
    public void The_axis_of_short_times_is_short(double value, double end) => Axis.RoundUp(value, least: 0.1).Should().BeApproximately(end, end / 1e9);

    [Fact]
    public void Paths_are_stacked_and_the_axis_holds_their_sum()
    {
        var stack = Stack.Of([[Point(1e6), Point(2e6)], [Point(3e6), default]], 2);

        stack.Layers[0].Should().Equal((0, 1e6), (0, 2e6));
        stack.Layers[1].Should().Equal((1e6, 4e6), (2e6, 2e6));
        (stack.Top * 8).Should().BeApproximately(50e6, 1, "4 MB/s are 32 Mbit/s");
    }

    [Fact]
    public void Runs_are_the_seconds_in_which_a_condition_holds_without_a_break()
    {
        PathPoint[] points = [Point(1), Point(1), Point(0), default, Point(1)];

        Chart.Runs(points, point => point.Rate > 0).Should().Equal((0, 2), (4, 1));
    }

    [Fact]
    public void A_chart_has_a_gap_where_nobody_watched()
    {
        var path = new PathView(FakeHost.Path(1, 0, "wifi"), 1, PathStatus.InUse, 0, 0, 0);

        string chart = Chart.Throughput([(path, [default, Point(1e6), Point(1e6), default, Point(0)])], 5, []).ToString();

        chart.Should().MatchRegex("d=\"M250 [0-9.]+ 500 [0-9.]+ 500 199 250 199 ZM1000 199 1000 199 Z\"", "a line at 0 would say that nothing was sent");
    }

    static PathPoint Point(double rate) => new(rate, 1, 0);
}
