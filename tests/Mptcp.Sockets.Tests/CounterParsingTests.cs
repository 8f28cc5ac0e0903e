using Mptcp.Sockets.Info;

namespace Mptcp.Sockets.Tests;

public class CounterParsingTests
{
    [Fact]
    public void The_difference_omits_counters_that_one_side_lacks()
    {
        var earlier = new MptcpCounters(new() { ["A"] = 1, ["B"] = 2 });
        var later = new MptcpCounters(new() { ["A"] = 5, ["C"] = 3 });

        MptcpCounters difference = later - earlier;

        difference.Names.Should().Equal("A");
        difference["A"].Should().Be(4);
        difference["B"].Should().BeNull();
    }

    [Fact]
    public void Counters_are_read_by_name_from_their_own_lines()
    {
        Dictionary<string, long> parsed = CounterParser.Parse("TcpExt: A\nTcpExt: 9\nMPTcpExt: A B C\nMPTcpExt: 1  18446744073709551615\nIpExt: A\nIpExt: 7\nMPTcpExt: D E\nMPTcpExt: x 3\n", "MPTcpExt:");

        parsed.Should().Equal(new Dictionary<string, long> { ["A"] = 1, ["B"] = -1, ["E"] = 3 });
    }

    [Theory]
    [InlineData("")]
    [InlineData("MPTcpExt:")]
    [InlineData("MPTcpExt: A B")]
    [InlineData("MPTcpExt: A\nMPTcpExt:")]
    [InlineData("MPTcpExt: A\nMPTcpExt: x")]
    [InlineData("MPTcpExt: A\nMPTcpExt: -1 2")]
    [InlineData("MPTcpExt:\nMPTcpExt: 1")]
    public void A_text_without_counters_yields_none(string text) => CounterParser.Parse(text, "MPTcpExt:").Should().BeEmpty();
}
