using System.Net.NetworkInformation;
using Mptcp.Dashboard.Feed;
using Mptcp.Dashboard.Tests.Support;
using Mptcp.Netlink;
using static Mptcp.Dashboard.Tests.Support.FakeHost;

namespace Mptcp.Dashboard.Tests;

/// <summary>What the pages say of a connection that has one path, or none.</summary>
public class OnePathTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(0)]
    public async Task Both_pages_say_why_the_path_that_was_closed_last_failed(int secondsBetween)
    {
        FakeHost host = Host(["wifi"], TcpState.Established);
        await using Site site = await Site.StartAsync(host);
        using var client = new HttpClient { BaseAddress = new Uri($"{site.Address}mptcp/") };
        await client.GetStringAsync("why");
        Close(host, error: 110, second: 0);
        Close(host, error: 113, secondsBetween);

        (await client.GetStringAsync("connections/00000001")).Should().Contain("Why only one path?").And.Contain("failed with error 113").And.NotContain("failed with error 110");
        (await client.GetStringAsync("why")).Should().Contain("failed with error 113").And.NotContain("failed with error 110");
    }

    [Fact]
    public async Task A_connection_without_a_path_is_not_shown_with_one()
    {
        await using Site site = await Site.StartAsync(Host([]));
        using var client = new HttpClient();

        string page = await client.GetStringAsync(new Uri($"{site.Address}mptcp/connections/00000001"));

        page.Should().Contain("Why no path?").And.Contain("path-none").And.NotContain("Why only one path?");
    }

    [Theory]
    [InlineData(1, 2, "error 113")]
    [InlineData(1, 1, "error 113")]
    [InlineData(2, 1, "error 110")]
    public void The_path_that_was_closed_last_counts_in_whatever_order_the_events_are(int first, int second, string expected) =>
        MptcpDoctor.ExplainPaths(Host(["wifi"], TcpState.Established).Host, 1, [Closed(110, first), Closed(113, second)])!.Evidence.Should().Contain(expected);

    static FakeHost Host(string[] interfaces, params TcpState[] paths)
    {
        ConnectionReading connection = Connection(1, interfaces);
        var known = new MptcpHostConnection
        {
            Token = connection.Token,
            State = TcpState.Established,
            LocalEndPoint = connection.Local,
            RemoteEndPoint = connection.Remote,
            LimitExtraSubflows = 2,
            IsAccepted = false,
            Subflows = [.. paths.Select(state => new MptcpHostSubflow { State = state, LocalEndPoint = connection.Local, RemoteEndPoint = connection.Remote })],
        };
        return new FakeHost { Connections = [connection], Host = new MptcpHostSnapshot { Connections = [known] } };
    }

    static void Close(FakeHost host, int error, int second) => host.Log!.Add(new LogEntry(DateTimeOffset.UnixEpoch.AddSeconds(second), 1, LogKind.Lost, "", Closed(error, second)));

    static MptcpSubflowClosed Closed(int error, int second) =>
        new(1, EndPoint(2, 1, 1001), EndPoint(9, 1, 443)) { ErrorNumber = error, Time = DateTimeOffset.UnixEpoch.AddSeconds(second) };
}
