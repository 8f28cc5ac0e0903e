using Mptcp.Dashboard.Feed;
using Mptcp.Dashboard.Pages;
using Mptcp.Dashboard.Tests.Support;
using Mptcp.Netlink;
using static Mptcp.Dashboard.Tests.Support.FakeHost;

namespace Mptcp.Dashboard.Tests;

public class PageTests
{
    static readonly ConnectionView s_slow = View(Connection(1, "wifi")), s_fast = View(Connection(2, "wifi", "cell"), rate: 1_000);

    [Theory]
    [InlineData("", true)]
    [InlineData("cell", true)]
    [InlineData("PROGRAM cell", true)]
    [InlineData("00000002", true)]
    [InlineData("10.9.0.1:443", true)]
    [InlineData("program lan", false)]
    public void A_search_finds_connections_that_have_every_word(string search, bool isFound) => ConnectionsPage.Matches(s_fast, search).Should().Be(isFound);

    [Theory]
    [InlineData("rate", 1)]
    [InlineData("-rate", 2)]
    [InlineData("paths", 1)]
    [InlineData("-token", 2)]
    [InlineData("nonsense", 1)]
    public void Connections_are_sorted_upwards_and_downwards(string order, uint first) => ConnectionOrder.Sort([s_fast, s_slow], order).First().Reading.Token.Should().Be(first);

    [Fact]
    public void Events_are_filtered_by_kind_text_and_token()
    {
        var entry = new LogEntry(DateTimeOffset.UnixEpoch, 0xabc, LogKind.Lost, "path over wifi lost");

        EventsPage.Matches(entry, "", "").Should().BeTrue();
        EventsPage.Matches(entry, "WIFI", "lost").Should().BeTrue();
        EventsPage.Matches(entry, "00000abc", "").Should().BeTrue();
        EventsPage.Matches(entry, "wifi", "joined").Should().BeFalse();
    }

    [Fact]
    public void A_funnel_names_only_the_failures_that_were_counted()
    {
        var counters = new Dictionary<string, long> { ["MPCapableSYNTX"] = 10, ["MPCapableSYNACKRX"] = 7, ["MPCapableFallbackSYNACK"] = 3 };

        Funnel opened = Funnel.Of(name => counters.TryGetValue(name, out long count) ? count : null, opened: 2, accepted: 0, paths: 1)[0];

        opened.Steps.Should().Equal(("offered", 10), ("accepted by the peer", 7), ("in use now", 2));
        opened.Losses.Should().Equal(("the peer, or something before it, answered without MPTCP", 3));
    }

    [Fact]
    public void A_fallback_that_both_sides_count_is_not_attributed_to_accepted_connections()
    {
        string[] counters = ["MPCapableFallbackACK", "MPCapableDataFallback", "DssFallback", "DSSCorruptionFallback", "InfiniteMapRx"];

        IReadOnlyList<Funnel> funnels = Funnel.Of(name => counters.Contains(name) ? 1 : null, opened: 0, accepted: 0, paths: 0);

        funnels.Single(funnel => funnel.Name == "Connections that this host accepted").Losses.Should().Equal(("the last part of the handshake came without MPTCP", 1));
        funnels.Single(funnel => funnel.Name == "Fell back later, opened or accepted").Losses.Should().HaveCount(4);
    }

    [Theory]
    [InlineData(true, "unknown: this kernel lists them with CAP_NET_ADMIN only", "<td>unknown</td>")]
    [InlineData(false, "none: the kernel has no MPTCP", "no endpoints: the kernel has no MPTCP")]
    public async Task Endpoints_that_the_kernel_does_not_list_are_shown_as_unknown(bool hasMptcp, string onHost, string onInterfaces)
    {
        var wifi = new MptcpInterface(2, "wifi", [new MptcpInterfaceAddress(EndPoint(1, 1, 0).Address, IsReady: true)]);
        var host = new MptcpHostSnapshot { Interfaces = [wifi], Limits = hasMptcp ? new MptcpLimits(2, 0) : null };
        await using Site site = await Site.StartAsync(new FakeHost { Host = host });
        using var client = new HttpClient();

        (await client.GetStringAsync(new Uri($"{site.Address}mptcp/"))).Should().Contain(onHost);
        (await client.GetStringAsync(new Uri($"{site.Address}mptcp/interfaces"))).Should().Contain(onInterfaces);
    }

    static ConnectionView View(ConnectionReading reading, double rate = 0) => new(reading, [.. reading.Paths!.Select((path, i) => new PathView(path, i + 1, PathStatus.Idle, rate, 0, 0))]);
}
