using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Mptcp.Dashboard.Tests.Support;
using static Mptcp.Dashboard.Tests.Support.FakeHost;

namespace Mptcp.Dashboard.Tests.Browser;

/// <summary>A page that outlives its server.</summary>
public class RestartTests(Chromium chromium)
{
    [Fact(Timeout = Limit.OfATest)]
    public async Task A_page_says_that_the_server_is_gone_and_goes_on_when_it_is_back()
    {
        int port = Peers.Refusing().Port; // nobody else gets it while no server listens
        Site site = await Site.StartAsync(new FakeHost { Connections = [Connection(1, "wifi")] }, port: port);
        await using Window window = await chromium.OpenAsync();
        await window.Page.GotoAsync($"{site.Address}mptcp/connections");
        await window.SeeAsync("1 connection");

        await site.DisposeAsync();
        await window.SeeAsync("The server does not answer.");

        await using Site again = await Site.StartAsync(new FakeHost { Connections = [Connection(1, "wifi"), Connection(2, "wifi")] }, port: port);
        await window.SeeAsync("2 connections");
        (await window.TextAsync()).Should().NotContain("The server does not answer.");
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_page_outlives_the_error_page_of_a_proxy()
    {
        int port = Peers.Refusing().Port, answers = 0;
        Site site = await Site.StartAsync(new FakeHost { Connections = [Connection(1, "wifi")] }, port: port);
        await using Window window = await chromium.OpenAsync();
        await window.Page.GotoAsync($"{site.Address}mptcp/connections");
        await window.SeeAsync("1 connection");

        await site.DisposeAsync();
        Site proxy = await Site.StartAsync(port: port, map: app => app.Run(context =>
        {
            Interlocked.Increment(ref answers);
            context.Response.StatusCode = StatusCodes.Status502BadGateway;
            return context.Response.WriteAsync("<h1>Bad gateway</h1>");
        }));
        await Eventually.TrueAsync(() => Volatile.Read(ref answers) >= 2, "the page has asked twice");
        (await window.TextAsync()).Should().Contain("The server does not answer.").And.NotContain("Bad gateway");

        await proxy.DisposeAsync();
        await using Site again = await Site.StartAsync(new FakeHost { Connections = [Connection(1, "wifi"), Connection(2, "wifi")] }, port: port);
        await window.SeeAsync("2 connections");
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_page_whose_token_is_outdated_asks_for_the_new_link()
    {
        int port = Peers.Refusing().Port;
        Site site = await Site.StartAsync(new FakeHost(), options => options.AccessToken = "first", port);
        await using Window window = await chromium.OpenAsync();
        await window.Page.GotoAsync($"{site.Address}mptcp/?t=first");
        await window.SeeAsync("MPTCP connections");

        await site.DisposeAsync();
        await using Site again = await Site.StartAsync(new FakeHost(), options => options.AccessToken = "second", port);

        await window.SeeAsync("Open the link that the program printed");
        await window.Page.GotoAsync($"{again.Address}mptcp/?t=second");
        await window.SeeAsync("MPTCP connections");
        window.Page.Url.Should().Be($"{again.Address}mptcp/", "the token does not stay in the address");
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_page_whose_session_has_expired_goes_to_the_login_of_the_application()
    {
        await using Site site = await Site.StartAsync(
            new FakeHost { Connections = [Connection(1, "wifi")] },
            services: services => services.AddAuthorization().AddAuthentication("cookie").AddCookie("cookie", options => options.LoginPath = "/login"),
            map: app =>
            {
                app.MapGet("/login", () => Results.Content("<h1>Log in</h1>", "text/html"));
                app.MapGet("/enter", () => Results.SignIn(new ClaimsPrincipal(new ClaimsIdentity("test")), authenticationScheme: "cookie"));
                app.MapMptcpDashboard().RequireAuthorization();
            });
        await using Window window = await chromium.OpenAsync();
        await window.Page.GotoAsync($"{site.Address}enter");
        await window.Page.GotoAsync($"{site.Address}mptcp/connections");
        await window.SeeAsync("1 connection");

        await window.Page.Context.ClearCookiesAsync();

        await window.SeeAsync("Log in");
        new Uri(window.Page.Url).Query.Should().Contain("ReturnUrl=%2Fmptcp%2Fconnections");
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_host_that_could_not_be_read_is_shown_once_it_can_be_read()
    {
        var host = new FakeHost { Failure = new IOException("the namespace is <gone>") };
        await using Site site = await Site.StartAsync(host);
        await using Window window = await chromium.OpenAsync();

        await window.Page.GotoAsync($"{site.Address}mptcp/");
        await window.SeeAsync("the namespace is <gone>");

        host.Failure = null;
        await window.SeeAsync("MPTCP connections");
    }
}
