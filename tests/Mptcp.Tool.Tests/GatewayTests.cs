using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Mptcp.Lab;
using Mptcp.Sockets;
using Mptcp.Tool.Tests.Support;

namespace Mptcp.Tool.Tests;

public class GatewayTests
{
    static readonly string[] s_commands = Commands("README.md");

    [Fact]
    public void Each_document_has_the_same_commands()
    {
        s_commands.Should().HaveCount(4);
        Commands("docs/gateway.md").Should().Equal(Commands("src/Mptcp.Gateway/README.md")).And.Equal([.. s_commands, s_commands[3].Replace("redirect", "tproxy")]);
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task The_commands_of_the_readme_for_a_server_and_a_client_relay_over_mptcp()
    {
        using var one = new OneHost();
        using Socket database = one.Host.Run(() => Peers.ListenTcp(port: 5432));

        // Both gateways are on one host, so the client's cannot have the port of the database.
        string command = s_commands[1].Replace("127.0.0.1:5432", "127.0.0.2:5432").Replace("db.example", "127.0.0.1");
        await using Child far = await StartAsync(one.Host, s_commands[0]), near = await StartAsync(one.Host, command);
        using Socket client = one.Host.Run(() => MptcpSocket.Connect(IPEndPoint.Parse("127.0.0.2:5432"), new MptcpConnectOptions { Mode = MptcpMode.Disabled }));
        using Socket server = await database.AcceptAsync().WaitAsync(Limit.OfAWait);
        await Traffic.ExchangeAsync(client, server).WaitAsync(Limit.OfAWait);

        (await near.ReadLineAsync()).Should().Contain("came over Tcp, and is connected to 127.0.0.1:6432 over Mptcp.");
        (await far.ReadLineAsync()).Should().Contain("came over Mptcp, and is connected to 127.0.0.1:5432 over Tcp.");
    }

    [Theory(Timeout = Limit.OfATest)]
    [InlineData("--socks5-hostname", "Tcp")]
    [InlineData("--proxy", "Tcp")]
    [InlineData("--proxy", "Mptcp")]
    public async Task The_command_of_the_readme_for_a_proxy_serves_curl(string option, string server)
    {
        string curl = Needs.Program("curl", "curl"), mptcpize = Needs.Program("mptcpize", "mptcpize");
        byte[] content = Peers.RandomBytes(100_000);
        using var one = new OneHost();
        using var directory = new TemporaryDirectory();
        await using Nginx nginx = await one.Host.RunAsync(() => Nginx.StartAsync(content, server == "Mptcp" ? [mptcpize, "run"] : []));
        await using Child gateway = await StartAsync(one.Host, s_commands[2]);

        await using Child fetching = one.Host.Run(() => Child.Start(curl, ["-sS", "--fail", option, "127.0.0.1:1080", "-o", directory.File("fetched"), $"{nginx.Uri}"]));
        (await fetching.ExitAsync()).ShouldSucceed();

        Traffic.ShouldBeTheSame(await File.ReadAllBytesAsync(directory.File("fetched")), content);
        (await gateway.ReadLineAsync()).Should().EndWith($"over {(server == "Mptcp" ? "Mptcp" : "FellBack")}.");
    }

    [Theory(Timeout = Limit.OfATest)]
    [InlineData("redirect")]
    [InlineData("tproxy")]
    public async Task The_commands_for_a_router_make_the_connections_of_a_lan_multipath(string mode)
    {
        Needs.Mptcp();
        Needs.LabFaults();
        string nft = Needs.Program("nft", "nftables"), ip = Needs.Program("ip", "iproute2");
        using var network = new LabNetwork();
        LabHost client = network.AddHost("client"), server = network.AddHost("server");
        LabRouter router = network.AddRouter("router");
        network.AddLink("lan", client, router);
        LabLink uplink = network.AddLink("uplink", router, server);
        using var directory = new TemporaryDirectory();
        await File.WriteAllTextAsync(directory.File("rules"), Rules(mode));
        router.Execute(nft, "-f", directory.File("rules"));
        if (mode == "tproxy")
        {
            router.Execute(ip, "rule", "add", "fwmark", "1", "lookup", "100");
            router.Execute(ip, "route", "add", "local", "default", "dev", "lo", "table", "100");
        }

        using Socket listener = server.Run(() => MptcpSocket.Listen(new IPEndPoint(uplink.GetAddress(server), 0)));
        await using Child gateway = await StartAsync(router, s_commands[3].Replace("redirect", mode));
        using Socket near = client.Run(() => MptcpSocket.Connect(listener.EndPoint(), new MptcpConnectOptions { Mode = MptcpMode.Disabled }));
        using Socket far = await listener.AcceptAsync().WaitAsync(Limit.OfAWait);
        await Traffic.ExchangeAsync(near, far).WaitAsync(Limit.OfAWait);

        far.GetMptcpState().Should().Be(MptcpState.Mptcp);
        (await gateway.ReadLineAsync()).Should().EndWith("over Mptcp.");
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_signal_reads_the_file_again_and_another_waits_for_the_connections()
    {
        using var directory = new TemporaryDirectory();
        string file = directory.File("gateway.json");
        using var one = new OneHost();
        using Socket first = one.Host.Run(() => Peers.ListenTcp()), second = one.Host.Run(() => Peers.ListenTcp());
        await File.WriteAllTextAsync(file, Configuration(first));
        await using Child gateway = ToolProcess.Start(one.Host, "gateway", "--config", file, "--drain", "3600");
        (await gateway.ReadLineAsync()).Should().Contain("web: listening on 127.0.0.1:4000");
        using Socket client = Connect(one.Host);
        using Socket kept = await first.AcceptAsync().WaitAsync(Limit.OfAWait);

        await File.WriteAllTextAsync(file, "{ \"Gateway\": {");
        await SignalAsync(gateway, "-HUP");
        (await gateway.ReadLineAsync()).Should().Contain("The configuration was not read again: ").And.Contain("gateway.json");

        await File.WriteAllTextAsync(file, Configuration(second));
        await SignalAsync(gateway, "-HUP");
        (await gateway.ReadLineAsync()).Should().EndWith("The configuration was read again: 1 routes.");
        using Socket other = Connect(one.Host);
        using Socket changed = await second.AcceptAsync().WaitAsync(Limit.OfAWait);
        other.Dispose();
        changed.Dispose();

        await SignalAsync(gateway, "-TERM");
        (await gateway.ReadLineAsync()).Should().Contain("Stopping, once ");
        await Traffic.ExchangeAsync(client, kept).WaitAsync(Limit.OfAWait);
        client.Dispose();
        kept.Dispose();
        (await gateway.ExitAsync()).ShouldSucceed();
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task The_dashboard_of_a_gateway_has_the_link_of_the_dashboard_and_stays_until_the_last_connection_has_ended()
    {
        using var one = new OneHost();
        using Socket listener = one.Host.Run(() => MptcpSocket.Listen(Peers.AnyPort(AddressFamily.InterNetwork)));
        await using Child gateway = ToolProcess.Start(one.Host, "gateway", "127.0.0.1:4000", $"mptcp@{listener.EndPoint()}", "--json", "--drain", "3600", "--dashboard", "http://127.0.0.1:8000");
        var link = new Uri(JsonDocument.Parse(await gateway.ReadLineAsync()).RootElement.Text("url")!);
        link.ToString().Should().MatchRegex("^http://127.0.0.1:8000/\\?t=[0-9a-f]{32}$");
        (await gateway.ReadLineAsync()).Should().Contain("route1: listening on 127.0.0.1:4000");
        using Socket client = Connect(one.Host), server = await listener.AcceptAsync().WaitAsync(Limit.OfAWait);
        using var reader = new HttpClient(one.Host.UseFor(new SocketsHttpHandler()));
        using var stranger = new HttpClient(one.Host.UseFor(new SocketsHttpHandler()));

        (await stranger.GetAsync(new Uri(link, "connections"))).StatusCode.Should().Be(HttpStatusCode.Unauthorized);
        (await reader.GetStringAsync(link)).Should().Contain("MPTCP connections");
        await Eventually.TrueAsync(async () => (await reader.GetStringAsync(new Uri(link, "connections"))).Contains($"TCP {client.LocalEndPoint}", StringComparison.Ordinal), "both sides are shown");

        await SignalAsync(gateway, "-TERM");
        (await gateway.ReadLineAsync()).Should().Contain("Stopping, once ");
        (await reader.GetStringAsync(new Uri(link, "connections"))).Should().Contain("relayed by <bdi>route1</bdi>");
        client.Dispose();
        server.Dispose();
        (await gateway.ExitAsync()).ShouldSucceed();
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_dashboard_that_cannot_listen_keeps_the_gateway_from_listening()
    {
        using var one = new OneHost();
        using Socket other = one.Host.Run(() => Peers.ListenTcp());

        Child.Result result = await ToolProcess.RunAsync(one.Host, "gateway", "127.0.0.1:4000", "a:1", "--dashboard", $"http://{other.EndPoint()}");

        result.ExitCode.Should().Be(ExitCode.Failed);
        result.Output.Should().NotContain("listening on");
        result.Error.TrimEnd().Should().Contain("address already in use").And.NotContain("\n");
    }

    [Theory(Timeout = Limit.OfATest)]
    [InlineData("There is no route.")]
    [InlineData("'tcp@:1' has no address to connect to", "tcp@:1")]
    [InlineData("Gateway:Routes:route1:Connect: 'a' has no port", "tcp@:1", "a")]
    [InlineData("Gateway:Routes:route1:IdleTimeout", "tcp@:1", "a:1", "--set", "IdleTimeout=soon")]
    [InlineData("'soon' is not SETTING=VALUE.", "tcp@:1", "a:1", "--set", "soon")]
    [InlineData("Gateway:Routes:route1:IdleTime is not a setting. The settings here are Mode, Listen, Connect, ", "tcp@:1", "a:1", "--set", "IdleTime=1")]
    [InlineData("'1080' has no host: write it as 127.0.0.1:1080", "--proxy", "1080")]
    [InlineData("--open and --allow-changes are for the dashboard. Add --dashboard.", "tcp@:1", "a:1", "--allow-changes")]
    [InlineData("'tcp@:1' is not an address to listen on, such as http://127.0.0.1:8080.", "--dashboard", "tcp@:1", "a:1")]
    [InlineData("from --config or from arguments, not from both", "tcp@:1", "a:1", "--config", "x.json")]
    public async Task Bad_arguments_are_refused_before_anything_listens(string message, params string[] arguments)
    {
        using var one = new OneHost();

        Child.Result result = await ToolProcess.RunAsync(one.Host, ["gateway", .. arguments]);

        result.ExitCode.Should().Be(ExitCode.BadArguments);
        result.Error.TrimEnd().Should().Contain(message).And.NotContain("\n");
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_missing_file_and_an_address_in_use_are_failures()
    {
        using var one = new OneHost();
        using Socket other = one.Host.Run(() => Peers.ListenTcp());

        Child.Result missing = await ToolProcess.RunAsync(one.Host, "gateway", "--config", "/no/such/file");
        missing.ExitCode.Should().Be(ExitCode.Failed);
        missing.Error.TrimEnd().Should().Be("Cannot read the configuration '/no/such/file': the file does not exist. Name a JSON file with --config.");
        Child.Result result = await ToolProcess.RunAsync(one.Host, "gateway", $"{other.EndPoint()}", "a:1");

        result.ExitCode.Should().Be(ExitCode.Failed);
        result.Error.TrimEnd().Should().Be($"Gateway:Routes:route1:Listen: cannot listen on {other.EndPoint()}: Address already in use");
    }

    [Theory(Timeout = Limit.OfATest)]
    [InlineData("The mode Tproxy needs CAP_NET_ADMIN.", "--tproxy", "127.0.0.1:1234")]
    [InlineData("A port below 1024 needs CAP_NET_BIND_SERVICE.", "127.0.0.1:80", "a:1")]
    public async Task A_missing_privilege_is_named(string message, params string[] arguments)
    {
        using var one = new OneHost();

        Child.Result result = await ToolProcess.RunUnprivilegedAsync(one.Host, ["gateway", .. arguments]);

        result.ExitCode.Should().Be(ExitCode.PrivilegeMissing, result.Output + result.Error);
        result.Error.TrimEnd().Should().EndWith(message);
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task The_server_of_a_route_is_written_as_the_user_wrote_it()
    {
        using var one = new OneHost();
        await using Child gateway = ToolProcess.Start(one.Host, "gateway", "tcp@127.0.0.1:4000", "mptcp@db.example:5432");

        (await gateway.ReadLineAsync()).Should().EndWith("route1: listening on 127.0.0.1:4000 over TCP, for db.example:5432.");
    }

    static string[] Commands(string document) =>
    [
        .. File.ReadLines(Repository.PathOf(document)).Where(line => line.StartsWith("mptcp gateway ", StringComparison.Ordinal)).Select(line => line.Split('#')[0].Trim()),
    ];

    /// <summary>The rules of the guide that begin with a comment with this word.</summary>
    static string Rules(string mode) =>
        File.ReadAllText(Repository.PathOf("docs/gateway.md")).Split("```nft\n")[1..].Select(block => block.Split("```")[0])
            .Single(rules => rules.StartsWith($"# {mode}: ", StringComparison.OrdinalIgnoreCase));

    static async Task<Child> StartAsync(LabHost host, string command)
    {
        Child gateway = ToolProcess.Start(host, [.. command.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1..], "--verbose"]);
        (await gateway.ReadLineAsync()).Should().Contain("listening on");
        return gateway;
    }

    static Socket Connect(LabHost host) => host.Run(() => MptcpSocket.Connect(IPEndPoint.Parse("127.0.0.1:4000"), new MptcpConnectOptions { Mode = MptcpMode.Disabled }));

    static async Task SignalAsync(Child gateway, string signal) =>
        (await Child.RunAsync("kill", [signal, gateway.Id.ToString(CultureInfo.InvariantCulture)])).ShouldSucceed();

    static string Configuration(Socket server) =>
        $$"""{ "Gateway": { "Routes": { "web": { "Listen": "127.0.0.1:4000", "Connect": "{{server.EndPoint()}}" } } } }""";
}
