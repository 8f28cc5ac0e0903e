using System.Net;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Mptcp.Extensions.Http.Tests;

public class HttpClientTests
{
    [Fact(Timeout = Limit.OfATest)]
    public Task A_client_uses_MPTCP() => AssertAsync(MptcpState.Mptcp, services => services.AddHttpClient("x").UseMptcp());

    [Fact(Timeout = Limit.OfATest)]
    public Task UseMptcp_in_the_defaults_applies_to_all_clients() => AssertAsync(MptcpState.Mptcp, services => services.ConfigureHttpClientDefaults(client => client.UseMptcp()));

    [Theory(Timeout = Limit.OfATest)]
    [InlineData(true)]
    [InlineData(false)]
    public Task UseMptcp_of_a_client_overrides_the_call_in_the_defaults(bool isFirst) => AssertAsync(MptcpState.Tcp, services =>
    {
        if (isFirst)
            services.AddHttpClient("x").UseMptcp(new MptcpConnectOptions { Mode = MptcpMode.Disabled });

        services.ConfigureHttpClientDefaults(client => client.UseMptcp());
        if (!isFirst)
            services.AddHttpClient("x").UseMptcp(new MptcpConnectOptions { Mode = MptcpMode.Disabled });
    });

    [Fact(Timeout = Limit.OfATest)]
    public Task Options_without_a_name_apply_to_every_client() => AssertAsync(MptcpState.Tcp, services =>
    {
        services.Configure<MptcpConnectOptions>(options => options.Mode = MptcpMode.Disabled);
        services.AddHttpClient("x").UseMptcp();
    });

    [Theory(Timeout = Limit.OfATest)]
    [InlineData(true)]
    [InlineData(false)]
    public Task Options_with_a_name_override_those_without(bool isFirst) => AssertAsync(MptcpState.Mptcp, services =>
    {
        services.Configure<MptcpConnectOptions>(options => options.Mode = MptcpMode.Disabled);
        if (isFirst)
            services.Configure<MptcpConnectOptions>("x", options => options.Mode = MptcpMode.Required);

        services.AddHttpClient("x").UseMptcp();
        if (!isFirst)
            services.Configure<MptcpConnectOptions>("x", options => options.Mode = MptcpMode.Required);
    });

    [Fact(Timeout = Limit.OfATest)]
    public async Task Options_that_are_bound_to_configuration_are_read_again_for_the_next_handler()
    {
        Needs.Mptcp();
        using var server = new Server();
        IConfigurationRoot configuration = new ConfigurationBuilder().AddInMemoryCollection([new("Mptcp:Mode", "Disabled")]).Build();
        await using ServiceProvider provider = Provide(services =>
        {
            services.Configure<MptcpConnectOptions>(configuration.GetSection("Mptcp"));
            services.AddHttpClient("x").UseMptcp().SetHandlerLifetime(TimeSpan.FromSeconds(1));
        });
        string before = await Create(provider).GetStringAsync(server.Uri);

        configuration["Mptcp:Mode"] = "Required";
        configuration.Reload();

        before.Should().Be(nameof(MptcpState.Tcp));
        await Eventually.TrueAsync(async () => await Create(provider).GetStringAsync(server.Uri) == nameof(MptcpState.Mptcp), "the next handler is made");
    }

    [Theory(Timeout = Limit.OfATest)]
    [InlineData("Disabled", MptcpState.Tcp)]
    [InlineData("required", MptcpState.Mptcp)]
    public Task Options_come_from_configuration(string mode, MptcpState expected) => AssertAsync(
        expected, services => services.AddHttpClient("x").UseMptcp(Section(("Mode", mode), ("TcpFallbackDelay", "00:00:02"), ("LocalEndPoint", "127.0.0.1"))));

    [Fact]
    public void Every_option_is_copied()
    {
        var from = new MptcpConnectOptions
        {
            Mode = MptcpMode.Required,
            RequireMptcpPeer = true,
            ConnectionAttemptDelay = TimeSpan.FromSeconds(1),
            TcpFallbackDelay = TimeSpan.FromSeconds(2),
            ConnectTimeout = TimeSpan.FromSeconds(3),
            PathInterfaces = ["wwan0"],
            NoDelay = true,
            LocalEndPoint = new IPEndPoint(IPAddress.Loopback, 0),
            ConfigureSocket = _ => { },
            Resolver = (_, _) => default,
            TimeProvider = new OtherClock(),
            LoggerFactory = LoggerFactory.Create(_ => { }),
        };
        var to = new MptcpConnectOptions();

        PrimaryHandler.Copy(from, to);

        foreach (System.Reflection.PropertyInfo option in typeof(MptcpConnectOptions).GetProperties())
        {
            option.GetValue(from).Should().NotBe(option.GetValue(new MptcpConnectOptions()), $"the test sets {option.Name}");
            option.GetValue(to).Should().Be(option.GetValue(from), $"{option.Name} is copied");
        }
    }

    sealed class OtherClock : TimeProvider;

    [Fact]
    public void A_timeout_and_interfaces_come_from_configuration()
    {
        MptcpConnectOptions options = ConfiguredConnect.Read(Section(("ConnectTimeout", "00:00:09"), ("PathInterfaces:0", "wwan0"), ("PathInterfaces:1", "eth0")));

        options.ConnectTimeout.Should().Be(TimeSpan.FromSeconds(9));
        options.PathInterfaces.Should().Equal("wwan0", "eth0");
    }

    [Theory]
    [InlineData("Mode", "perhaps", "Preferred, Required or Disabled")]
    [InlineData("Mode", "7", "Preferred, Required or Disabled")]
    [InlineData("Mode", "1", "Preferred, Required or Disabled")]
    [InlineData("Mode", "Preferred, Required", "Preferred, Required or Disabled")]
    [InlineData("RequireMptcpPeer", "yes", "true or false (or 1 or 0)")]
    [InlineData("TcpFallbackDelay", "-1", "a time from 00:00:00 to 24.20:31:23, *")]
    [InlineData("ConnectionAttemptDelay", "250", "a time from 00:00:00 to 24.20:31:23, *")]
    [InlineData("LocalEndPoint", "here", "ADDRESS or ADDRESS:PORT")]
    [InlineData("PathInterfaces", "wwan0", "an array of interface names, such as PathInterfaces:0")]
    [InlineData("PathInterfaces:0", " ", "the name of an interface")]
    public void A_bad_value_in_configuration_is_refused_with_its_key(string key, string value, string allowed)
    {
        using ServiceProvider provider = Provide(services => services.AddHttpClient("x").UseMptcp(Section((key, value))));

        FluentActions.Invoking(() => Create(provider)).Should().Throw<InvalidOperationException>().WithMessage($"The value '{value}' of Mptcp:{key} must be {allowed}.");
    }

    [Theory]
    [InlineData("Mode", "Preferred, Required or Disabled")]
    [InlineData("PathInterfaces:0", "the name of an interface")]
    public void A_section_in_place_of_a_value_is_refused_with_its_key(string key, string allowed)
    {
        using ServiceProvider provider = Provide(services => services.AddHttpClient("x").UseMptcp(Section(($"{key}:0", "Required"))));

        FluentActions.Invoking(() => Create(provider)).Should().Throw<InvalidOperationException>().WithMessage($"The section of Mptcp:{key} must be {allowed}.");
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task Connects_are_logged_by_the_logger_factory_of_the_container()
    {
        using var logs = new CollectedLogs();
        await AssertAsync(MptcpState.Mptcp, services => services.AddSingleton<ILoggerFactory>(logs).AddHttpClient("x").UseMptcp());

        logs.Entries.Should().Contain(entry => entry.Name == "Connected" && entry.Text.EndsWith("Mptcp.", StringComparison.Ordinal));
    }

    [Theory(Timeout = Limit.OfATest)]
    [InlineData(true)]
    [InlineData(false)]
    public Task A_custom_primary_handler_may_be_set_before_or_after_UseMptcp(bool isBefore) => AssertAsync(MptcpState.Mptcp, services =>
    {
        IHttpClientBuilder client = services.AddHttpClient("x");
        if (isBefore)
            client.ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler());

        client.UseMptcp();
        if (!isBefore)
            client.ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler());
    });

    [Fact(Timeout = Limit.OfATest)]
    public Task The_last_of_two_calls_applies() => AssertAsync(
        MptcpState.Mptcp, services => services.AddHttpClient("x").UseMptcp(new MptcpConnectOptions { Mode = MptcpMode.Disabled }).UseMptcp());

    [Fact]
    public void A_primary_handler_of_another_kind_is_refused()
    {
        using ServiceProvider provider = Provide(services => services.AddHttpClient("x").UseMptcp().ConfigurePrimaryHttpMessageHandler(() => new HttpClientHandler()));

        FluentActions.Invoking(() => Create(provider)).Should().Throw<InvalidOperationException>().WithMessage("*'x'*HttpClientHandler*SocketsHttpHandler*");
    }

    [Fact]
    public void A_custom_connect_callback_is_refused()
    {
        using ServiceProvider provider = Provide(services => services.AddHttpClient("x").UseMptcp()
            .ConfigurePrimaryHttpMessageHandler(() => new SocketsHttpHandler { ConnectCallback = MptcpHttp.ConnectAsync }));

        FluentActions.Invoking(() => Create(provider)).Should().Throw<InvalidOperationException>().WithMessage("*already*ConnectCallback*");
    }

    [Theory]
    [InlineData("another kind")]
    [InlineData("its own callback")]
    public void A_call_for_all_clients_skips_those_that_it_does_not_fit_and_logs_it(string kind)
    {
        HttpMessageHandler own = kind == "another kind" ? new HttpClientHandler() : new SocketsHttpHandler { ConnectCallback = MptcpHttp.ConnectAsync };
        using var logs = new CollectedLogs();
        using ServiceProvider provider = Provide(services =>
        {
            services.AddSingleton<ILoggerFactory>(logs);
            services.ConfigureHttpClientDefaults(client => client.UseMptcp());
            services.AddHttpClient("x").ConfigurePrimaryHttpMessageHandler(() => own);
        });

        FluentActions.Invoking(() => Create(provider)).Should().NotThrow();

        logs.Entries.Should().ContainSingle(entry => entry.Name == "ClientSkipped").Which.Text.Should().Contain("'x'");
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_shared_handler_in_use_is_not_changed()
    {
        Needs.Mptcp();
        using var server = new Server();
        using var shared = new SocketsHttpHandler();
        foreach (int _ in Enumerable.Range(0, 2))
        {
            await using ServiceProvider provider = Provide(services =>
                services.AddHttpClient("x").UseMptcp().ConfigurePrimaryHttpMessageHandler(() => shared).SetHandlerLifetime(Timeout.InfiniteTimeSpan));
            (await Create(provider).GetStringAsync(server.Uri)).Should().Be(nameof(MptcpState.Mptcp));
        }
    }

    static async Task AssertAsync(MptcpState expected, Action<IServiceCollection> configure)
    {
        Needs.Mptcp();
        using var server = new Server();
        await using ServiceProvider provider = Provide(configure);

        (await Create(provider).GetStringAsync(server.Uri)).Should().Be(expected.ToString());
    }

    static ServiceProvider Provide(Action<IServiceCollection> configure)
    {
        var services = new ServiceCollection();
        services.AddHttpClient();
        configure(services);
        return services.BuildServiceProvider();
    }

    static HttpClient Create(ServiceProvider provider) => provider.GetRequiredService<IHttpClientFactory>().CreateClient("x");

    static IConfigurationSection Section(params (string Key, string Value)[] settings) => new ConfigurationBuilder()
        .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create($"Mptcp:{setting.Key}", (string?)setting.Value))).Build().GetSection("Mptcp");
}
