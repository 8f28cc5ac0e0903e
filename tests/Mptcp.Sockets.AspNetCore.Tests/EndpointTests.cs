using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Mptcp.Sockets.AspNetCore.Tests.Support;

namespace Mptcp.Sockets.AspNetCore.Tests;

/// <summary>The mode of each endpoint, in code and in the configuration.</summary>
public class EndpointTests
{
    static readonly (string, string?)[] s_two =
    [
        ("Kestrel:Endpoints:One:Url", "http://127.0.0.1:0"), ("Kestrel:Endpoints:One:Mptcp", "true"),
        ("Kestrel:Endpoints:Two:Url", "http://127.0.0.1:0"), ("Kestrel:Endpoints:Two:Mptcp", "false"),
    ];

    [Theory(Timeout = Limit.OfATest)]
    [InlineData(MptcpMode.Disabled, MptcpMode.Required)]
    [InlineData(MptcpMode.Preferred, MptcpMode.Disabled)]
    public async Task An_endpoint_in_code_overrides_the_others_even_where_their_addresses_are_equal(MptcpMode all, MptcpMode one)
    {
        Needs.Mptcp();
        await using App app = await App.StartAsync(builder => builder.WebHost.UseMptcp(o => o.Mode = all).ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, 0);
            kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseMptcp(one));
        }));

        List<MptcpState> states = [];
        foreach (string url in app.Urls)
            states.Add(await app.AskAsync(new Uri(url)));

        states.Should().Equal(StateFor(all), StateFor(one));
    }

    [Theory(Timeout = Limit.OfATest)]
    [InlineData("localhost")]
    [InlineData("any")]
    public async Task An_endpoint_in_code_may_be_several_sockets(string kind)
    {
        Needs.Mptcp();
        Needs.IPv6();
        int port = App.FreePort();
        await using App app = await App.StartAsync(builder => builder.WebHost.UseMptcp(o => o.Mode = MptcpMode.Disabled).ConfigureKestrel(kestrel =>
        {
            if (kind == "any")
                kestrel.ListenAnyIP(port, listen => listen.UseMptcp());
            else
                kestrel.ListenLocalhost(port, listen => listen.UseMptcp());
        }));

        (await app.AskAsync(new Uri($"http://127.0.0.1:{port}"))).Should().Be(MptcpState.Mptcp);
        (await app.AskAsync(new Uri($"http://[::1]:{port}"))).Should().Be(MptcpState.Mptcp);
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task An_endpoint_in_code_needs_UseMptcp_of_the_web_host()
    {
        Func<Task> start = () => App.StartAsync(builder => builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen => listen.UseMptcp())));

        (await start.Should().ThrowAsync<InvalidOperationException>()).WithMessage("*builder.WebHost.UseMptcp()*");
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task An_endpoint_without_an_address_cannot_require_it()
    {
        Func<Task> start = () => App.StartAsync(builder => builder.WebHost.UseMptcp().ConfigureKestrel(kestrel =>
            kestrel.ListenUnixSocket(Path.Combine(Path.GetTempPath(), Path.GetRandomFileName()), listen => listen.UseMptcp(MptcpMode.Required))));

        (await start.Should().ThrowAsync<InvalidOperationException>()).WithMessage("*unix:*has no IP address*");
    }

    [Theory(Timeout = Limit.OfATest)]
    [InlineData("127.0.0.1", "127.0.0.1")]
    [InlineData("[::1]", "[::1]")]
    [InlineData("localhost", "127.0.0.1")]
    [InlineData("localhost", "[::1]")]
    [InlineData("my.localhost", "[::1]")]
    [InlineData("*", "127.0.0.1")]
    [InlineData("+", "[::1]")]
    [InlineData("www.example.com", "127.0.0.1")]
    [InlineData("[::]", "127.0.0.1")]
    [InlineData("0.0.0.0", "127.0.0.1")]
    public async Task An_endpoint_in_configuration_may_have_any_kind_of_address(string host, string reachedAt)
    {
        Needs.Mptcp();
        Needs.IPv6();
        int port = App.FreePort(), other = App.FreePort();
        await using App app = await StartAsync(
            ("Kestrel:Endpoints:Other:Url", $"http://{host}:{other}"),
            ("Kestrel:Endpoints:Public:Url", $"http://{host}:{port}"),
            ("Kestrel:Endpoints:Public:Mptcp", "Required"));

        (await app.AskAsync(new Uri($"http://{reachedAt}:{port}"))).Should().Be(MptcpState.Mptcp);
        (await app.AskAsync(new Uri($"http://{reachedAt}:{other}"))).Should().Be(MptcpState.Tcp, "UseMptcp says Disabled");
    }

    [Theory(Timeout = Limit.OfATest)]
    [InlineData("Preferred", MptcpState.Mptcp)]
    [InlineData("required", MptcpState.Mptcp)]
    [InlineData("TRUE", MptcpState.Mptcp)]
    [InlineData("1", MptcpState.Mptcp)]
    [InlineData("0", MptcpState.Tcp)]
    [InlineData("Disabled", MptcpState.Tcp)]
    [InlineData(" false ", MptcpState.Tcp)]
    [InlineData("", MptcpState.Mptcp)]
    [InlineData(null, MptcpState.Mptcp)]
    public async Task Values_in_configuration_are_modes(string? value, MptcpState expected)
    {
        Needs.Mptcp();
        await using App app = await App.StartAsync(builder =>
        {
            builder.WebHost.UseMptcp();
            Set(builder, ("Kestrel:Endpoints:Public:Url", "http://127.0.0.1:0"), ("Kestrel:Endpoints:Public:Mptcp", value));
        });

        (await app.AskAsync()).Should().Be(expected);
    }

    [Theory(Timeout = Limit.OfATest)]
    [InlineData(MptcpMode.Preferred, MptcpState.Mptcp)]
    [InlineData(MptcpMode.Disabled, MptcpState.Tcp)]
    public async Task The_web_host_takes_a_mode(MptcpMode mode, MptcpState expected)
    {
        Needs.Mptcp();
        await using App app = await App.StartAsync(builder => builder.WebHost.UseMptcp(mode).UseUrls("http://127.0.0.1:0"));

        (await app.AskAsync()).Should().Be(expected);
        FluentActions.Invoking(() => WebApplication.CreateBuilder().WebHost.UseMptcp((MptcpMode)7)).Should().Throw<ArgumentOutOfRangeException>();
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task Keys_without_UseMptcp_are_warned_about_if_another_method_of_the_package_is_called()
    {
        (string Key, string? Value)[] keys =
            [("Kestrel:EndpointDefaults:Mptcp", "false"), ("Kestrel:Endpoints:Public:Url", "http://127.0.0.1:0"), ("Kestrel:Endpoints:Public:Mptcp", "Required")];
        await using App warned = await App.StartAsync(builder => Set(builder, keys).Services.AddHealthChecks().AddMptcp());
        await using App factory = await App.StartAsync(builder => Set(builder, keys).Services.AddMptcpConnectionFactory());
        await using App read = await App.StartAsync(builder => Set(builder, ("Kestrel:Endpoints:Public:Url", "http://127.0.0.1:0"), ("Kestrel:Endpoints:Public:Mptcp", "true"))
            .WebHost.UseMptcp().ConfigureServices(services => services.AddMptcpConnectionFactory()));
        await using App without = await App.StartAsync(builder => Set(builder, ("Kestrel:Endpoints:Public:Url", "http://127.0.0.1:0")).Services.AddMptcpConnectionFactory());

        warned.Log("KeysUnread").Should().Contain("Kestrel:EndpointDefaults:Mptcp, Kestrel:Endpoints:Public:Mptcp").And.Contain("builder.WebHost.UseMptcp()");
        factory.CountLogs("KeysUnread").Should().Be(1);
        read.CountLogs("KeysUnread").Should().Be(0, "UseMptcp was called");
        without.CountLogs("KeysUnread").Should().Be(0, "there are no keys");
    }

    [Theory(Timeout = Limit.OfATest)]
    [InlineData("http://127.0.0.1:0")]
    [InlineData("http://*:0")]
    public async Task An_unknown_value_stops_the_start_and_says_the_key_and_the_values(string url)
    {
        Func<Task> start = () => StartAsync(("Kestrel:Endpoints:Public:Url", url), ("Kestrel:Endpoints:Public:Mptcp", "perhaps"));

        (await start.Should().ThrowAsync<InvalidOperationException>())
            .WithMessage("The value 'perhaps' of Kestrel:Endpoints:Public:Mptcp must be Preferred (or true or 1), Required, or Disabled (or false or 0).");
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task Defaults_in_configuration_apply_to_endpoints_without_an_own_mode()
    {
        Needs.Mptcp();
        int own = App.FreePort(), silent = App.FreePort(), code = App.FreePort(), silentCode = App.FreePort();
        await using App app = await App.StartAsync(builder =>
        {
            builder.WebHost.UseMptcp(o => o.Mode = MptcpMode.Disabled).ConfigureKestrel(kestrel =>
            {
                kestrel.Listen(IPAddress.Loopback, code, listen => listen.UseMptcp(MptcpMode.Disabled));
                kestrel.Listen(IPAddress.Loopback, silentCode);
            });
            Set(builder,
                ("Kestrel:EndpointDefaults:Mptcp", "Required"),
                ("Kestrel:Endpoints:Own:Url", $"http://127.0.0.1:{own}"), ("Kestrel:Endpoints:Own:Mptcp", "false"),
                ("Kestrel:Endpoints:Silent:Url", $"http://127.0.0.1:{silent}"));
        });

        foreach ((int port, MptcpState expected) in new[] { (own, MptcpState.Tcp), (silent, MptcpState.Mptcp), (code, MptcpState.Tcp), (silentCode, MptcpState.Mptcp) })
            (await app.AskAsync(new Uri($"http://127.0.0.1:{port}"))).Should().Be(expected);
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task An_unknown_value_of_the_defaults_stops_the_start()
    {
        Func<Task> start = () => StartAsync(("Kestrel:EndpointDefaults:Mptcp", "perhaps"));

        (await start.Should().ThrowAsync<InvalidOperationException>()).WithMessage("The value 'perhaps' of Kestrel:EndpointDefaults:Mptcp must be *");
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task Indistinguishable_endpoints_prevent_the_start()
    {
        Func<Task> start = () => StartAsync(s_two);

        (await start.Should().ThrowAsync<InvalidOperationException>()).WithMessage("Kestrel:Endpoints:One:Mptcp and Kestrel:Endpoints:Two:Mptcp are different*port*");
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task Https_and_http2_and_several_addresses_work()
    {
        Needs.Mptcp();
        await using App app = await App.StartAsync(builder => builder.WebHost
            .UseMptcp()
            .UseUrls("http://127.0.0.1:0;https://127.0.0.1:0")
            .ConfigureKestrel(kestrel => kestrel.ConfigureHttpsDefaults(https => https.ServerCertificate = Certificates.Loopback)));
        using HttpClient client = App.Client();

        foreach (string url in app.Urls)
        {
            bool isHttps = url.StartsWith("https", StringComparison.Ordinal);
            using var request = new HttpRequestMessage(HttpMethod.Get, url) { Version = isHttps ? HttpVersion.Version20 : HttpVersion.Version11 };
            using HttpResponseMessage response = await client.SendAsync(request);
            response.Version.Should().Be(request.Version);
            (await response.Content.ReadAsStringAsync()).Should().Be(nameof(MptcpState.Mptcp));
        }

        app.Urls.Should().HaveCount(2);
        app.CountLogs("ListeningOverMptcp").Should().Be(2);
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_custom_configuration_section_is_read_and_wins()
    {
        Needs.Mptcp();
        int port = App.FreePort();
        IConfiguration own = new ConfigurationBuilder().AddInMemoryCollection([new("Endpoints:Mine:Url", $"http://127.0.0.1:{port}"), new("Endpoints:Mine:Mptcp", "false")]).Build();
        await using App app = await App.StartAsync(builder => builder.WebHost.UseMptcp().ConfigureKestrel(kestrel =>
            kestrel.Configure(own).Endpoint("Mine", endpoint => endpoint.ListenOptions.UseMptcp(MptcpMode.Required))));

        (await app.AskAsync()).Should().Be(MptcpState.Tcp);
        app.Log("ListeningOverTcp").Should().Be($"Now listening on 127.0.0.1:{port} over TCP: MPTCP is disabled on this endpoint.");
    }

    static MptcpState StateFor(MptcpMode mode) => mode == MptcpMode.Disabled ? MptcpState.Tcp : MptcpState.Mptcp;

    static Task<App> StartAsync(params (string, string?)[] settings) => App.StartAsync(builder =>
    {
        builder.WebHost.UseMptcp(o => o.Mode = MptcpMode.Disabled);
        Set(builder, settings);
    });

    static WebApplicationBuilder Set(WebApplicationBuilder builder, params (string Key, string? Value)[] settings)
    {
        builder.Configuration.AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, setting.Value)));
        return builder;
    }
}
