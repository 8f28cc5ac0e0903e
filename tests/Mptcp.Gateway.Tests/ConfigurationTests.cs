using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;
using Mptcp.Gateway.Configuration;
using Mptcp.Gateway.Tests.Support;

namespace Mptcp.Gateway.Tests;

public partial class ConfigurationTests
{
    const int CannotStart = 1;

    [Fact(Timeout = Limit.OfATest)]
    public async Task All_invalid_values_are_reported_at_once_with_their_keys()
    {
        Child.Result result = await GatewayProcess.RunAsync(
            "a:Listen=tcp@localhost:80", "a:Connect=tcp@:80",
            "b:Listen=tcp@:80", "b:ListenMode=Required", "b:Connect=mptcp@host:1", "b:ConnectMode=Disabled",
            "c:Connect=tcp@host:0", "c:IdleTimeout=-00:00:01", "c:ConnectTimeout=00:00:00", "c:MaxConnections=0", "c:BufferSize=12", "c:RequireMptcpPeer=true", "c:Listen=:1",
            "d:Listen=:8000-8002", "d:Connect=host:1-2",
            "e:Listen=x@:80", "f:Connect=host:80");

        result.ExitCode.Should().Be(CannotStart);
        result.Output.Should().BeEmpty();
        result.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries).Should().BeEquivalentTo(
            "Gateway:Routes:a:Listen: 'localhost' is a name: to listen, give an address, or * for all.",
            "Gateway:Routes:a:Connect: The host is missing: write HOST:80.",
            "Gateway:Routes:b:ListenMode: Required contradicts an address without mptcp@.",
            "Gateway:Routes:b:ConnectMode: Disabled contradicts an address with mptcp@.",
            "Gateway:Routes:c:Connect: A server cannot have port 0.",
            "Gateway:Routes:c:RequireMptcpPeer: it needs mptcp@ in Connect.",
            "Gateway:Routes:c:ConnectTimeout: 00:00:00 must be more than 0 and at most 24.20:31:23.6470000.",
            "Gateway:Routes:c:IdleTimeout: -00:00:01 must be more than 0 and at most 24.20:31:23.6470000.",
            "Gateway:Routes:c:MaxConnections: 0 must be from 1 to 2147483647.",
            "Gateway:Routes:c:BufferSize: 12 must be from 1024 to 16777216.",
            "Gateway:Routes:d:Connect: it has 2 ports (1-2). Use one port, or as many as Listen has: 3.",
            "Gateway:Routes:e:Listen: 'x@' must be mptcp@, mptcp4@, mptcp6@, tcp@, tcp4@ or tcp6@.",
            "Gateway:Routes:e:Connect: it is missing. Write an address such as mptcp@127.0.0.1:8080.",
            "Gateway:Routes:f:Listen: it is missing. Write an address such as mptcp@127.0.0.1:8080.");
    }

    [Theory(Timeout = Limit.OfATest)]
    [InlineData("web:ListenMode=Sometimes", "Gateway:Routes:web:ListenMode")]
    [InlineData("web:MaxConnections=many", "Gateway:Routes:web:MaxConnections")]
    [InlineData("web:IdleTimeout=soon", "Gateway:Routes:web:IdleTimeout")]
    [InlineData("web:Lissten=:80", "Gateway:Routes:web:Lissten is not a setting. The settings here are Mode, Listen, Connect, ")]
    [InlineData("--Gateway:Route:web:Listen=:80", "Gateway:Route is not a setting. The settings here are Routes.")]
    public async Task Unreadable_values_are_reported_with_their_keys(string setting, string key)
    {
        Child.Result result = await GatewayProcess.RunAsync("web:Listen=127.0.0.1:0", "web:Connect=127.0.0.1:1", setting);

        result.ExitCode.Should().Be(CannotStart);
        result.Error.TrimEnd().Should().Contain(key).And.NotContain("\n", "it is one sentence and no stack trace");
        result.Output.Should().BeEmpty();
    }

    [Fact]
    public void Every_option_of_a_route_is_a_setting()
    {
        IEnumerable<KeyValuePair<string, string?>> all =
            typeof(MptcpGatewayRouteOptions).GetProperties().Select(property => new KeyValuePair<string, string?>($"Routes:web:{property.Name}", "1"));
        UnknownSettings.Find(new ConfigurationBuilder().AddInMemoryCollection(all).Build()).Should().BeEmpty();
    }

    [Theory]
    [InlineData("docs/recipes/databases.md")]
    [InlineData("docs/gateway.md")]
    public void The_configuration_in_the_documents_is_valid(string document)
    {
        MatchCollection snippets = Json().Matches(File.ReadAllText(Repository.PathOf(document)));
        snippets.Should().NotBeEmpty();
        foreach (string json in snippets.Select(snippet => snippet.Groups[1].Value))
        {
            string whole = json.StartsWith('{') ? json : $"{{{json}}}";
            using var stream = new MemoryStream(Encoding.UTF8.GetBytes(whole));
            var options = new MptcpGatewayOptions();
            OptionsBinding.Bind(new ConfigurationBuilder().AddJsonStream(stream).Build().GetSection("Gateway"), options);

            new OptionsValidator().Validate(null, options).FailureMessage.Should().BeNull();
        }
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_configuration_without_routes_is_refused()
    {
        Child.Result result = await GatewayProcess.RunAsync();

        result.ExitCode.Should().Be(CannotStart);
        result.Error.TrimEnd().Should().Be("Gateway:Routes: there is no route. Add one with Listen and Connect.");
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task An_address_in_use_stops_the_start_and_says_which()
    {
        using Socket other = Peers.ListenTcp();

        Child.Result result = await GatewayProcess.RunAsync("a:Listen=tcp@127.0.0.1:0", "a:Connect=host:1", $"b:Listen=tcp@{other.EndPoint()}", "b:Connect=host:1");

        result.ExitCode.Should().Be(CannotStart);
        result.Error.TrimEnd().Should().Be($"Gateway:Routes:b:Listen: cannot listen on {other.EndPoint()}: Address already in use");
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task The_start_fails_with_the_remedy_if_MPTCP_is_required_and_missing()
    {
        using var one = new OneHost(mptcpEnabled: false);

        Child.Result result = await one.Host.Run(() => GatewayProcess.RunAsync("web:Listen=mptcp@127.0.0.1:0", "web:ListenMode=Required", "web:Connect=127.0.0.1:1"));

        result.ExitCode.Should().Be(CannotStart);
        result.Error.Should().StartWith("Gateway:Routes:web:Listen: cannot listen on 127.0.0.1:0: ").And.Contain("net.mptcp.enabled=1");
    }

    [GeneratedRegex("```json\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Json();
}
