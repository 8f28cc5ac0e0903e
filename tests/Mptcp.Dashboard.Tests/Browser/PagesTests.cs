using System.Net;
using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using Mptcp.Dashboard.Tests.Support;

namespace Mptcp.Dashboard.Tests.Browser;

/// <summary>Every page, in a real browser, of a host whose names are hostile.</summary>
public class PagesTests(Chromium chromium)
{
    [Theory(Timeout = Limit.OfATest)]
    [InlineData("", "MPTCP connections")]
    [InlineData("connections", "63 connections")]
    [InlineData("connections/00000001", "Throughput, stacked by path")]
    [InlineData("connections/00000003", "only to programs with the capability")]
    [InlineData("interfaces", "192.0.2.1")]
    [InlineData("events", "event")]
    [InlineData("why", "Connections that this host opened")]
    [InlineData("doctor", "most severe first")]
    [InlineData("change?do=add", "Add an endpoint?")]
    public async Task A_page_obeys_its_policy_fits_and_is_accessible(string page, string expected)
    {
        FakeHost host = HostileHost.Create();
        await using Site site = await Site.StartAsync(host, options => (options.AllowChanges, options.AccessToken) = (true, "secret"));
        await using Window window = await chromium.OpenAsync();
        await window.Page.GotoAsync($"{site.Address}mptcp/?t=secret");
        HostileHost.Happen(host);
        IResponse? response = await window.Page.GotoAsync($"{site.Address}mptcp/{page}");
        await window.SeeAsync(expected);

        response!.Headers["content-security-policy"].Should().Contain("default-src 'none'").And.NotContain("unsafe");
        (await window.Page.Locator("img").CountAsync()).Should().Be(0, "no text becomes an element");
        foreach ((int width, ColorScheme scheme) in new[] { (3840, ColorScheme.Light), (1280, ColorScheme.Light), (360, ColorScheme.Dark) })
        {
            await window.Page.SetViewportSizeAsync(width, 900);
            await window.Page.EmulateMediaAsync(new() { ColorScheme = scheme });
            (await window.Page.EvaluateAsync<int>("document.documentElement.scrollWidth")).Should().BeLessThanOrEqualTo(width, "the page does not scroll sideways");
            if (width > 1280)
                continue;

            AxeResult axe = await window.Page.RunAxe();
            axe.Violations.Select(violation => $"{violation.Id}: {violation.Help} {string.Join(' ', violation.Nodes.Select(node => node.Html))}").Should().BeEmpty("{0} wide, {1}", width, scheme);
        }

        window.Complaints.Should().BeEmpty("nothing is blocked and nothing fails");
        window.Requests.Should().OnlyContain(url => url.StartsWith(site.Address, StringComparison.Ordinal));
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_phone_shows_the_paths_of_connections_without_scrolling_sideways()
    {
        await using Site site = await Site.StartAsync(HostileHost.Create());
        await using Window window = await chromium.OpenAsync(width: 360);

        await window.Page.GotoAsync($"{site.Address}mptcp/connections");

        await window.SeeAsync("63 connections");
        int outside = await window.Page.EvaluateAsync<int>("[...document.querySelectorAll('.bars .name, .bars .rate, .bars .status')].filter(part => part.getBoundingClientRect().right > innerWidth).length");
        outside.Should().Be(0);
        (await window.Page.Locator(".bars .status").CountAsync()).Should().BeGreaterThan(50);
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_search_text_is_kept_and_filters_at_once()
    {
        await using Site site = await Site.StartAsync(HostileHost.Create());
        await using Window window = await chromium.OpenAsync();
        await window.Page.GotoAsync($"{site.Address}mptcp/connections");

        await window.Page.Locator("#q").PressSequentiallyAsync("program 63");

        await window.SeeAsync("1 connection of 63");
        await window.SeeAsync("program 63");
        (await window.Page.InputValueAsync("#q")).Should().Be("program 63");
        (await window.Page.EvaluateAsync<string>("document.activeElement.id")).Should().Be("q");
        window.Page.Url.Should().Contain("q=program+63", "the address can be kept");
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_list_of_5000_connections_is_sorted_paged_and_searched_as_a_whole()
    {
        FakeHost host = new() { Connections = [.. Enumerable.Range(1, 5_000).Select(number => FakeHost.Connection(number, "wifi", "cell"))] };
        await using Site site = await Site.StartAsync(host);
        await using Window window = await chromium.OpenAsync();
        await window.Page.GotoAsync($"{site.Address}mptcp/connections?page=100");
        await window.SeeAsync("Page 100 of 100");
        (await window.Page.Locator("tbody tr").CountAsync()).Should().Be(50);

        await window.Page.ClickAsync("th >> text=Token");
        await Assertions.Expect(window.Page.Locator("tbody tr").First).ToContainTextAsync($"{5_000:x8}", new() { Timeout = (float)Limit.OfAWait.TotalMilliseconds });

        await window.Page.Locator("#q").PressSequentiallyAsync("program 4321");
        await window.SeeAsync("1 connection of 5000");
        window.Complaints.Should().BeEmpty();
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_paused_log_stands_still()
    {
        FakeHost host = HostileHost.Create();
        await using Site site = await Site.StartAsync(host);
        await using Window window = await chromium.OpenAsync();
        await window.Page.GotoAsync($"{site.Address}mptcp/events");
        HostileHost.Happen(host);
        await window.SeeAsync("lost");

        await window.Page.ClickAsync("text=Pause");
        await window.SeeAsync("Paused.");
        await Eventually.TrueAsync(() => host.TimesClosed == 1, "nobody watches any more");

        window.Requests.Should().ContainSingle(url => url.EndsWith("paused=1", StringComparison.Ordinal));
        await window.Page.ClickAsync("text=Continue");
        await window.SeeAsync("Pause");
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task All_pages_are_reached_with_the_keyboard()
    {
        await using Site site = await Site.StartAsync(HostileHost.Create());
        await using Window window = await chromium.OpenAsync();
        await window.Page.GotoAsync($"{site.Address}mptcp/");

        await window.Page.Keyboard.PressAsync("Tab");
        (await window.Page.EvaluateAsync<string>("document.activeElement.textContent")).Should().Be("Skip to the content");
        await window.Page.Keyboard.PressAsync("Tab");
        await window.Page.Keyboard.PressAsync("Tab");
        await window.Page.Keyboard.PressAsync("Enter");

        await window.SeeAsync("63 connections");
        new Uri(window.Page.Url).AbsolutePath.Should().Be("/mptcp/connections");
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_connection_that_does_not_exist_is_not_found()
    {
        await using Site site = await Site.StartAsync(HostileHost.Create());
        using var client = new HttpClient();

        using HttpResponseMessage response = await client.GetAsync(new Uri($"{site.Address}mptcp/connections/%3Cscript%3E"));

        response.StatusCode.Should().Be(HttpStatusCode.NotFound);
        (await response.Content.ReadAsStringAsync()).Should().Contain("&lt;script&gt;").And.NotContain("<script>");
    }
}
