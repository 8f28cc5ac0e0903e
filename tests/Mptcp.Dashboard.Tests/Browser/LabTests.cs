using Microsoft.Playwright;
using Mptcp.Dashboard.Tests.Support;
using Mptcp.Lab;
using Mptcp.Netlink;

namespace Mptcp.Dashboard.Tests.Browser;

/// <summary>The pages of a real host.</summary>
public class LabTests(Chromium chromium)
{
    [Fact(Timeout = Limit.OfATest)]
    public async Task The_numbers_of_a_connection_are_those_of_ss()
    {
        using var hosts = TwoHosts.WithTwoPaths();
        using Connection connection = await hosts.ConnectAsync();
        await connection.ExchangeAsync(toServer: 3_000_000, toClient: 2_000_000);
        await using Site site = await WatchAsync(hosts.Client);
        await using Window window = await chromium.OpenAsync();

        await window.Page.GotoAsync(Address(site, connection));

        foreach (Ss subflow in Ss.Subflows(hosts.Client, connection.Listener.Port()))
        {
            ILocator row = window.Page.Locator("tbody tr", new() { HasText = $"{subflow.Local}" });
            string?[] bytes = await Task.WhenAll((await row.Locator("[data-bytes]").AllAsync()).Select(cell => cell.GetAttributeAsync("data-bytes")));
            bytes.Should().Equal($"{subflow.Number("bytes_sent")}", $"{subflow.Number("bytes_received")}");
            (await row.InnerTextAsync()).Should().Contain($"{subflow.Number("cwnd")}").And.Contain($"{subflow.Remote}");
        }
    }

    [Theory(Timeout = Limit.OfATest)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_link_that_dies_and_comes_back_is_seen_without_a_reload(bool isNoticed)
    {
        using var hosts = TwoHosts.WithFaults(20, 20);
        hosts.Client.UseAllLinks();
        using Connection connection = await hosts.ConnectAsync();
        Transfer transfer = connection.Start(toServer: false);
        await using Site site = await WatchAsync(hosts.Client);
        await using Window window = await chromium.OpenAsync();
        await window.Page.GotoAsync(Address(site, connection));
        ILocator path = window.Page.Locator("tbody tr", new() { HasText = hosts.FirstLink.Name }).First;
        await ExpectAsync(path, "in use");
        (await path.Locator("th").InnerTextAsync()).Should().Be("1", "the connection began on it");

        LabFault cut = isNoticed ? hosts.FirstLink.Down() : hosts.FirstLink.Blackhole();
        await ExpectAsync(path, "no data for");
        await window.SeeAsync($"s over {hosts.FirstLink.Name}"); // in the timeline: no data for 2 s over link1
        await ExpectAsync(window.Page.Locator("tbody tr", new() { HasText = hosts.SecondLink.Name }).First, "in use");

        cut.Dispose();
        await ExpectAsync(path, "in use");
        await window.SeeAsync($"data again over {hosts.FirstLink.Name}");
        window.Complaints.Should().BeEmpty();
        window.Requests.Should().Contain(url => url.EndsWith("dashboard.css", StringComparison.Ordinal)).And.ContainSingle(url => url.EndsWith("dashboard.css", StringComparison.Ordinal), "the page was loaded once");
        await transfer.EndAsync();
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_path_that_is_closed_and_opened_again_is_in_the_log()
    {
        using var hosts = TwoHosts.WithTwoPaths();
        using Connection connection = await hosts.ConnectAsync();
        await using Site site = await WatchAsync(hosts.Client);
        await using Window window = await chromium.OpenAsync();
        await window.Page.GotoAsync($"{site.Address}mptcp/events");
        await window.SeeAsync("Events are collected");

        hosts.Client.RemoveEndpoint(hosts.SecondLink);

        await window.SeeAsync($"path over {hosts.SecondLink.Name} closed");
        await window.Page.GotoAsync(Address(site, connection));
        await window.SeeAsync("Why only one path?");

        hosts.Client.AddEndpoint(hosts.SecondLink, LabEndpointRoles.Subflow);
        await window.SeeAsync($"path over {hosts.SecondLink.Name} joined");
        await Assertions.Expect(window.Page.Locator("body")).Not.ToContainTextAsync("Why only one path?", new() { Timeout = (float)Limit.OfAWait.TotalMilliseconds });
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task An_endpoint_becomes_a_backup_after_a_confirmation_only()
    {
        using var hosts = TwoHosts.WithTwoPaths();
        await using Site site = await WatchAsync(hosts.Client, allowsChanges: true);
        await using Window window = await chromium.OpenAsync();
        await window.Page.GotoAsync($"{site.Address}mptcp/interfaces?t=secret");

        await window.Page.Locator("tr", new() { HasText = hosts.SecondLink.Name }).GetByText("Make backup").First.ClickAsync();
        await window.SeeAsync("a backup, for all connections?");
        (await window.Page.GetAttributeAsync("text=Cancel", "href")).Should().Be("interfaces", "that is where the reader was");
        IsBackup().Should().BeFalse();

        await window.Page.ClickAsync("text=Do it");
        await window.SeeAsync("is a backup now");
        IsBackup().Should().BeTrue();

        bool IsBackup() => hosts.Client.Run(() =>
        {
            using MptcpPathManager manager = MptcpPathManager.Open();
            return manager.GetEndpoints().Any(endpoint => endpoint.Flags.HasFlag(MptcpEndpointFlags.Backup));
        });
    }

    static Task<Site> WatchAsync(LabHost host, bool allowsChanges = false) =>
        Site.StartAsync(configure: options => (options.NetworkNamespace, options.AllowChanges, options.AccessToken) = (host.NamespacePath, allowsChanges, allowsChanges ? "secret" : null));

    static string Address(Site site, Connection connection) => $"{site.Address}mptcp/connections/{connection.Client.GetMptcpInfo().Token:x8}";

    static Task ExpectAsync(ILocator path, string text) => Assertions.Expect(path).ToContainTextAsync(text, new() { Timeout = (float)Limit.OfAWait.TotalMilliseconds });
}
