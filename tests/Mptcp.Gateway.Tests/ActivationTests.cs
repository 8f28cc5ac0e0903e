using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Mptcp.Gateway.Tests.Support;

namespace Mptcp.Gateway.Tests;

public class ActivationTests
{
    const int Mptcp = 262;

    [Fact(Timeout = Limit.OfATest)]
    public async Task All_sockets_that_systemd_passed_under_a_name_belong_to_the_route()
    {
        Needs.Mptcp();
        using Socket listener = Peers.ListenTcp();
        await using Child gateway = Systemd.Start(
            [Systemd.Listening(Mptcp), Systemd.Listening(Mptcp), Systemd.Listening(Mptcp)],
            GatewayProcess.Command("web:Listen=systemd@web", $"web:Connect={listener.EndPoint()}"), names: "web:other:web");
        int[] ports = [await ReadPortAsync(gateway), await ReadPortAsync(gateway), await ReadPortAsync(gateway)];

        foreach (int port in new[] { ports[0], ports[2] })
        {
            using Socket client = await Relayed.ConnectAsync(new IPEndPoint(IPAddress.Loopback, port), mptcp: true);
            client.GetMptcpState().Should().Be(MptcpState.Mptcp);
            await using var pair = new RelayedPair(client, await listener.AcceptAsync().WaitAsync(Limit.OfAWait));
            await pair.ExchangeAsync();
        }

        (await Child.RunAsync("kill", ["-TERM", gateway.Id.ToString(CultureInfo.InvariantCulture)])).ShouldSucceed();
        (await gateway.ExitAsync()).ShouldSucceed().Output.Should().Contain($"web: listening on 127.0.0.1:{ports[0]} over MPTCP")
            .And.Contain($"web: listening on 127.0.0.1:{ports[2]} over MPTCP").And.NotContain($":{ports[1]} over");
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_name_that_systemd_did_not_pass_stops_the_start()
    {
        Child.Result result = await GatewayProcess.RunAsync("web:Listen=systemd@web", "web:Connect=host:1");

        result.ExitCode.Should().Be(1);
        result.Error.TrimEnd().Should().Be("Gateway:Routes:web:Listen: cannot listen on systemd@web: systemd has passed no socket with FileDescriptorName=web.");
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task The_units_are_what_systemd_understands()
    {
        string analyze = Needs.Program("systemd-analyze", "systemd");
        string[] names = ["mptcp-gateway.socket", "mptcp-gateway.service"];
        using var directory = new TemporaryDirectory();
        foreach (string name in names)
        {
            string unit = await File.ReadAllTextAsync(Repository.PathOf($"samples/Gateway/{name}"));
            await File.WriteAllTextAsync(directory.File(name), unit.Replace("/usr/local/bin/mptcp", "/bin/true", StringComparison.Ordinal));
        }

        Child.Result result = await Child.RunAsync(analyze, ["verify", .. names.Select(directory.File)]);

        result.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Where(line => !line.EndsWith("Failed to parse socket protocol, ignoring: mptcp", StringComparison.Ordinal)) // before systemd 257
            .Should().BeEmpty();
        result.ShouldSucceed();
    }

    static async Task<int> ReadPortAsync(Child server) => int.Parse(await server.ReadLineAsync(), CultureInfo.InvariantCulture);
}
