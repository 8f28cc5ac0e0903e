using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Samples.Tests;

public class SystemdActivationTests
{
    const int Tcp = 6, Mptcp = 262;

    [Theory(Timeout = Limit.OfATest)]
    [InlineData(Mptcp, MptcpState.Mptcp)]
    [InlineData(Tcp, MptcpState.Tcp)]
    public async Task Kestrel_and_a_server_of_its_own_are_given_their_sockets_by_name(int protocol, MptcpState state)
    {
        Needs.Mptcp();
        await using Child server = Systemd.Start(
            [Systemd.Listening(protocol), Systemd.Listening(protocol)], ["dotnet", Repository.Assembly("samples/SystemdActivation"), "--Logging:Console:FormatterName=simple"], names: "echo:http");
        int echo = await ReadPortAsync(server), http = await ReadPortAsync(server);

        using var client = new HttpClient(new SocketsHttpHandler { UseProxy = false }.UseMptcp());
        (await client.GetStringAsync(new Uri($"http://127.0.0.1:{http}/"))).Should().Be($"You are connected over {state}.\n");
        using Socket socket = await MptcpSocket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, echo), new MptcpConnectOptions { RequireMptcpPeer = protocol == Mptcp });
        await Traffic.ExpectEchoAsync(socket);

        socket.Dispose();
        (await Child.RunAsync("kill", ["-TERM", server.Id.ToString(CultureInfo.InvariantCulture)])).ShouldSucceed();
        string log = (await server.ExitAsync()).ShouldSucceed().Output;
        string over = protocol == Mptcp ? "MPTCP" : "TCP";
        log.Should().Contain($"Took over 'http', which listens on 127.0.0.1:{http} over {over}.")
            .And.Contain($"Took over 'echo', which listens on 127.0.0.1:{echo} over {over}.")
            .And.Contain($"Echoing over {state}.");
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task Without_sockets_it_says_so_and_kestrel_serves_as_ever()
    {
        await using Child server = Child.Start(
            "dotnet", [Repository.Assembly("samples/SystemdActivation"), "--urls=http://127.0.0.1:0", "--Logging:Console:FormatterName=simple"]);

        string? line;
        do
            line = await server.ReadLineAsync();
        while (!line.Contains("systemd passed no socket named 'echo'"));
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task Its_units_are_what_systemd_understands()
    {
        string analyze = Needs.Program("systemd-analyze", "systemd");
        string[] names = ["mptcp-demo-http.socket", "mptcp-demo-echo.socket", "mptcp-demo.service"];
        using var directory = new TemporaryDirectory();
        foreach (string name in names)
        {
            string unit = await File.ReadAllTextAsync(Repository.PathOf($"samples/SystemdActivation/{name}"));
            await File.WriteAllTextAsync(directory.File(name), unit.Replace("/opt/mptcp-demo/SystemdActivation", "/bin/true"));
        }

        Child.Result result = await Child.RunAsync(analyze, ["verify", .. names.Select(directory.File)]);

        result.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Where(line => !line.EndsWith("Failed to parse socket protocol, ignoring: mptcp", StringComparison.Ordinal)) // before systemd 257
            .Should().BeEmpty();
        result.ShouldSucceed();
    }

    [Fact]
    public void Its_README_names_the_files_that_are_there()
    {
        string readme = File.ReadAllText(Repository.PathOf("samples/SystemdActivation/README.md"));

        foreach (string socket in Directory.EnumerateFiles(Repository.PathOf("samples/SystemdActivation"), "*.socket"))
            readme.Should().Contain(Path.GetFileName(socket));
    }

    static async Task<int> ReadPortAsync(Child server) => int.Parse(await server.ReadLineAsync(), CultureInfo.InvariantCulture);
}
