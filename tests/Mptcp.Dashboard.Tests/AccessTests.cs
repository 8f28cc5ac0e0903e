using System.Net;
using System.Security.Claims;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Mptcp.Dashboard.Tests.Support;

namespace Mptcp.Dashboard.Tests;

public class AccessTests
{
    [Theory]
    [InlineData("")]
    [InlineData("?t=")]
    [InlineData("?t=wrong")]
    [InlineData("?t=secret2")]
    [InlineData("?t=secret&t=wrong")]
    public async Task Without_the_token_there_is_no_page(string query)
    {
        await using Site site = await Site.StartAsync(new FakeHost(), options => options.AccessToken = "secret");
        using HttpClient client = Client();
        foreach (string page in (string[])["", "connections", "connections/1", "interfaces", "events", "why", "doctor"])
        {
            using HttpResponseMessage response = await client.GetAsync(new Uri($"{site.Address}mptcp/{page}{query}"));

            response.StatusCode.Should().Be(HttpStatusCode.Unauthorized);
            (await response.Content.ReadAsStringAsync()).Should().NotContain("connections accepted");
        }
    }

    [Fact]
    public async Task The_token_becomes_a_cookie_that_does_not_hold_it()
    {
        await using Site site = await Site.StartAsync(new FakeHost(), options => options.AccessToken = "secret");
        using HttpClient client = Client();

        using HttpResponseMessage response = await client.GetAsync(new Uri($"{site.Address}mptcp/connections?q=x&t=secret"));

        response.StatusCode.Should().Be(HttpStatusCode.Redirect);
        response.Headers.Location.Should().Be("connections?q=x");
        response.Headers.GetValues("Set-Cookie").Should().ContainSingle().Which.Should().Contain("httponly").And.Contain("samesite=lax").And.NotContain("secret");
        using HttpResponseMessage page = await client.GetAsync(new Uri($"{site.Address}mptcp/connections"));
        page.StatusCode.Should().Be(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("mptcp", "mptcp/")]
    [InlineData("mptcp?q=1", "mptcp/?q=1")]
    public async Task The_first_page_ends_with_a_slash_so_that_its_links_are_right(string address, string expected)
    {
        await using Site site = await Site.StartAsync(new FakeHost());
        using HttpClient client = Client();

        using HttpResponseMessage response = await client.GetAsync(new Uri($"{site.Address}{address}"));

        response.StatusCode.Should().Be(HttpStatusCode.Redirect);
        response.Headers.Location.Should().Be(expected);
    }

    [Fact]
    public async Task Pages_work_at_the_root_and_below_a_path_base()
    {
        await using Site site = await Site.StartAsync(new FakeHost(), map: app =>
        {
            app.UsePathBase("/base");
            app.UseRouting();
            app.MapMptcpDashboard("/");
        });
        using HttpClient client = Client();

        (await client.GetStringAsync(new Uri(site.Address))).Should().Contain("MPTCP connections");
        (await client.GetStringAsync(new Uri($"{site.Address}base/connections"))).Should().Contain("href=\"assets/dashboard.css\"");
        (await client.GetStringAsync(new Uri($"{site.Address}base/assets/dashboard.css"))).Should().Contain("prefers-color-scheme");
    }

    [Fact]
    public async Task The_policy_of_the_application_covers_every_address()
    {
        await using Site site = await Site.StartAsync(new FakeHost(), map: app => app.MapMptcpDashboard().WithMetadata("policy"));

        Endpoints(site).Should().HaveCount(10).And.OnlyContain(endpoint => endpoint.Metadata.GetMetadata<string>() == "policy");
    }

    [Fact]
    public async Task Pages_only_read_unless_changes_are_allowed()
    {
        await using Site site = await Site.StartAsync(new FakeHost());
        Endpoints(site).Should().OnlyContain(endpoint => endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()!.HttpMethods.SequenceEqual(new[] { "GET" }));

        using HttpClient client = Client();
        (await client.GetStringAsync(new Uri($"{site.Address}mptcp/interfaces"))).Should().NotContain("change?do");
    }

    [Fact]
    public async Task A_change_that_was_not_confirmed_here_is_refused()
    {
        await using Site site = await Site.StartAsync(new FakeHost(), options => (options.AllowChanges, options.AccessToken) = (true, "secret"));
        using HttpClient client = Client();
        await client.GetAsync(new Uri($"{site.Address}mptcp/?t=secret"));
        using var form = new FormUrlEncodedContent(new Dictionary<string, string> { ["do"] = "remove", ["id"] = "1" });

        using HttpResponseMessage response = await client.PostAsync(new Uri($"{site.Address}mptcp/change"), form);

        response.StatusCode.Should().Be(HttpStatusCode.BadRequest);
        (await response.Content.ReadAsStringAsync()).Should().Contain("confirm again");
    }

    [Theory]
    [InlineData("nobody", HttpStatusCode.Forbidden)]
    [InlineData("anonymous", HttpStatusCode.Forbidden)]
    [InlineData("user", HttpStatusCode.BadRequest)]
    [InlineData("policy", HttpStatusCode.BadRequest)]
    public async Task A_change_is_refused_unless_the_application_says_who_may_make_it(string protection, HttpStatusCode expected)
    {
        await using Site site = await Site.StartAsync(new FakeHost(), options => options.AllowChanges = true, services: services => services.AddAuthorization(), map: app =>
        {
            if (protection == "user")
                app.Use((context, next) => { context.User = new ClaimsPrincipal(new ClaimsIdentity([new Claim(ClaimTypes.Name, "user")], "test")); return next(context); });

            IEndpointConventionBuilder dashboard = app.MapMptcpDashboard();
            if (protection is "anonymous" or "policy")
                dashboard.RequireAuthorization(policy => policy.RequireAssertion(_ => true));

            if (protection == "anonymous")
                dashboard.AllowAnonymous();
        });
        using HttpClient client = Client();
        using var form = new FormUrlEncodedContent([]);
        foreach (Task<HttpResponseMessage> request in (Task<HttpResponseMessage>[])[client.GetAsync(new Uri($"{site.Address}mptcp/change?do=nothing")), client.PostAsync(new Uri($"{site.Address}mptcp/change"), form)])
        {
            using HttpResponseMessage response = await request;

            response.StatusCode.Should().Be(expected);
        }
    }

    [Fact]
    public async Task Two_dashboards_behind_one_proxy_do_not_log_each_other_out()
    {
        await using Site first = await Site.StartAsync(new FakeHost(), options => options.AccessToken = "first"), second = await Site.StartAsync(new FakeHost(), options => options.AccessToken = "second");
        using HttpClient client = Client();
        client.DefaultRequestHeaders.Host = "proxy.test"; // both have the name and the port of the proxy
        foreach (string link in (string[])[$"{first.Address}mptcp/?t=first", $"{second.Address}mptcp/?t=second"])
            (await client.GetAsync(new Uri(link))).StatusCode.Should().Be(HttpStatusCode.Redirect);

        foreach (Site site in (Site[])[first, second])
            (await client.GetAsync(new Uri($"{site.Address}mptcp/"))).StatusCode.Should().Be(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("do=nothing", "no such change")]
    [InlineData("do=remove&id=0", "from 1 to 255")]
    [InlineData("do=close&token=x&local=a&remote=b", "no valid addresses")]
    public async Task An_invalid_change_is_refused_before_the_confirmation(string query, string reason)
    {
        await using Site site = await Site.StartAsync(new FakeHost(), options => (options.AllowChanges, options.AccessToken) = (true, "secret"));
        using HttpClient client = Client();
        await client.GetAsync(new Uri($"{site.Address}mptcp/?t=secret"));

        using HttpResponseMessage response = await client.GetAsync(new Uri($"{site.Address}mptcp/change?{query}"));

        response.StatusCode.Should().Be(HttpStatusCode.BadRequest);
        (await response.Content.ReadAsStringAsync()).Should().Contain(reason);
    }

    [Fact]
    public void Missing_services_and_parameters_in_the_address_are_clear_errors()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        using (WebApplication without = builder.Build())
        {
            without.Invoking(app => app.MapMptcpDashboard()).Should().Throw<InvalidOperationException>().WithMessage("*AddMptcpDashboard*");
            without.Invoking(app => app.MapMptcpDashboard("/{tenant}")).Should().Throw<ArgumentException>().WithParameterName("pattern");
        }
    }

    static RouteEndpoint[] Endpoints(Site site) =>
        [.. ((IEnumerable<EndpointDataSource>)site.Services.GetService(typeof(IEnumerable<EndpointDataSource>))!).SelectMany(source => source.Endpoints).OfType<RouteEndpoint>()];

    static HttpClient Client() => new(new HttpClientHandler { AllowAutoRedirect = false, CookieContainer = new CookieContainer() });
}
