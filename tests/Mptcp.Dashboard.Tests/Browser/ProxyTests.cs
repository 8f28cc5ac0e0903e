using Microsoft.AspNetCore.DataProtection;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using Mptcp.Dashboard.Tests.Support;

namespace Mptcp.Dashboard.Tests.Browser;

/// <summary>Two dashboards behind nginx, which removes the prefix of each.</summary>
public class ProxyTests(Chromium chromium)
{
    static readonly string[] s_pages = ["Connections", "Interfaces", "Events", "Why not MPTCP", "Doctor", "Host"];

    [Fact(Timeout = Limit.OfATest)]
    public async Task Two_dashboards_behind_a_proxy_that_removes_their_prefixes_work_side_by_side()
    {
        using var hosts = TwoHosts.WithTwoPaths();
        using Connection connection = await hosts.ConnectAsync();
        await using Site first = await StartAsync(hosts.Client.NamespacePath, "first"), second = await StartAsync(hosts.Server.NamespacePath, "second");
        await using Nginx proxy = await Nginx.ProxyAsync(("/first/", $"{first.Address}mptcp/"), ("/second/", $"{second.Address}mptcp/"));
        await using Window window = await chromium.OpenAsync();
        foreach (string name in (string[])["first", "second"])
        {
            string start = $"http://{proxy.EndPoint}/{name}/";
            await window.Page.GotoAsync($"{start}?t={name}");
            window.Page.Url.Should().Be(start);
            foreach (string page in s_pages)
            {
                await window.Page.GetByRole(AriaRole.Navigation).GetByText(page, new() { Exact = true }).ClickAsync();
                await Assertions.Expect(window.Page.Locator("h1")).ToHaveTextAsync(page, new() { Timeout = (float)Limit.OfAWait.TotalMilliseconds });
                window.Page.Url.Should().StartWith(start);
            }
        }

        await window.Page.GotoAsync($"http://{proxy.EndPoint}/first/connections/{connection.Client.GetMptcpInfo().Token:x8}");
        await window.SeeAsync("Throughput, stacked by path");
        window.Requests.Should().OnlyContain(url => url.StartsWith($"http://{proxy.EndPoint}/first/", StringComparison.Ordinal) || url.StartsWith($"http://{proxy.EndPoint}/second/", StringComparison.Ordinal));
        window.Complaints.Should().BeEmpty();
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_confirmation_stays_valid_while_another_dashboard_behind_the_proxy_asks_for_one()
    {
        using var hosts = TwoHosts.WithTwoPaths();
        await using Site first = await StartAsync(hosts.Client.NamespacePath, "first"), second = await StartAsync(hosts.Server.NamespacePath, "second");
        await using Nginx proxy = await Nginx.ProxyAsync(("/first/", $"{first.Address}mptcp/"), ("/second/", $"{second.Address}mptcp/"));
        await using Window window = await chromium.OpenAsync();
        await window.Page.GotoAsync($"http://{proxy.EndPoint}/second/?t=second");
        await window.Page.GotoAsync($"http://{proxy.EndPoint}/first/interfaces?t=first");
        await window.Page.Locator("tr", new() { HasText = hosts.SecondLink.Name }).GetByText("Make backup").First.ClickAsync();
        await window.SeeAsync("a backup, for all connections?");

        IPage other = await window.Page.Context.NewPageAsync();
        await other.GotoAsync($"http://{proxy.EndPoint}/second/change?do=add");
        (await other.InnerTextAsync("body")).Should().Contain("Add an endpoint?");

        await window.Page.ClickAsync("text=Do it");
        await window.SeeAsync("is a backup now, for all connections.");
        window.Page.Url.Should().StartWith($"http://{proxy.EndPoint}/first/");
    }

    /// <summary>Starts a dashboard with keys and a cookie name of its own, as each <c>mptcp dashboard</c> has.</summary>
    static Task<Site> StartAsync(string networkNamespace, string token) => Site.StartAsync(
        configure: options => (options.NetworkNamespace, options.AccessToken, options.AllowChanges) = (networkNamespace, token, true),
        services: services => services.AddSingleton<IDataProtectionProvider, EphemeralDataProtectionProvider>()
            .AddAntiforgery(options => options.Cookie.Name = $"antiforgery-{token}"));
}
