using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Mptcp.Lab;
using Mptcp.Sockets;
using Mptcp.Tool.Tests.Support;

namespace Mptcp.Tool.Tests;

public class GatewayTests
{
    [Fact(Timeout = Limit.OfATest)]
    public async Task The_commands_of_the_guide_relay_over_mptcp()
    {
        string[] commands = [.. File.ReadLines(Repository.PathOf("docs/gateway.md")).Where(line => line.StartsWith("mptcp gateway ", StringComparison.Ordinal)).Select(line => line.Split('#')[0].Trim())];
        commands.Should().HaveCount(4);
        using var one = new OneHost();
        using Socket database = one.Host.Run(() => Peers.ListenTcp(port: 5432));

        // Both gateways are on one host, so the client's cannot have the port of the database.
        await using Child far = Start(one.Host, commands[0]), near = Start(one.Host, commands[1].Replace("127.0.0.1:5432", "127.0.0.2:5432").Replace("db.example", "127.0.0.1")),
            proxy = Start(one.Host, commands[2]), redirect = Start(one.Host, commands[3]);
        foreach (Child gateway in new[] { far, near, proxy, redirect })
            (await gateway.ReadLineAsync()).Should().Contain("listening on");

        using Socket client = one.Host.Run(() => MptcpSocket.Connect(IPEndPoint.Parse("127.0.0.2:5432"), new MptcpConnectOptions { Mode = MptcpMode.Disabled }));
        using Socket server = await database.AcceptAsync().WaitAsync(Limit.OfAWait);
        await Traffic.ExchangeAsync(client, server).WaitAsync(Limit.OfAWait);

        (await near.ReadLineAsync()).Should().Contain("came over Tcp, and is connected to 127.0.0.1:6432 over Mptcp.");
        (await far.ReadLineAsync()).Should().Contain("came over Mptcp, and is connected to 127.0.0.1:5432 over Tcp.");
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

    [Theory(Timeout = Limit.OfATest)]
    [InlineData("There is no route.")]
    [InlineData("'tcp@:1' has no address to connect to", "tcp@:1")]
    [InlineData("Gateway:Routes:route1:Connect: 'a' has no port", "tcp@:1", "a")]
    [InlineData("Gateway:Routes:route1:IdleTimeout", "tcp@:1", "a:1", "--set", "IdleTimeout=soon")]
    [InlineData("'soon' is not SETTING=VALUE.", "tcp@:1", "a:1", "--set", "soon")]
    [InlineData("Gateway:Routes:route1:IdleTime is not a setting. The settings here are Mode, Listen, Connect, ", "tcp@:1", "a:1", "--set", "IdleTime=1")]
    [InlineData("'1080' has no host: write it as 127.0.0.1:1080", "--proxy", "1080")]
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

    static Child Start(LabHost host, string command) => ToolProcess.Start(host, [.. command.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1..], "--verbose"]);

    static Socket Connect(LabHost host) => host.Run(() => MptcpSocket.Connect(IPEndPoint.Parse("127.0.0.1:4000"), new MptcpConnectOptions { Mode = MptcpMode.Disabled }));

    static async Task SignalAsync(Child gateway, string signal) =>
        (await Child.RunAsync("kill", [signal, gateway.Id.ToString(CultureInfo.InvariantCulture)])).ShouldSucceed();

    static string Configuration(Socket server) =>
        $$"""{ "Gateway": { "Routes": { "web": { "Listen": "127.0.0.1:4000", "Connect": "{{server.EndPoint()}}" } } } }""";
}
