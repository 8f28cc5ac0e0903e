using System.Globalization;
using System.Net;
using System.Text.Json;
using Mptcp.Sockets;
using Mptcp.Tool.Tests.Support;

namespace Mptcp.Tool.Tests;

public class ConnectionsTests
{
    [Fact(Timeout = Limit.OfATest)]
    public async Task Connections_and_their_paths_equal_those_of_ss()
    {
        using var hosts = TwoHosts.WithTwoPaths();
        using Connection connection = await hosts.ConnectAsync();
        var remote = (IPEndPoint)connection.Client.RemoteEndPoint!;

        JsonElement listed = (await ToolProcess.ObjectsAsync(hosts.Client, "connections")).Should().ContainSingle().Which;

        Ss ss = Ss.Connection(hosts.Client, remote.Port);
        listed.Text("token").Should().Be($"{ss.Hexadecimal("token"):x8}").And.Be($"{connection.Client.GetMptcpInfo().Token:x8}");
        listed.Text("local").Should().Be($"{ss.Local}");
        listed.Text("remote").Should().Be($"{ss.Remote}");
        listed.Text("state").Should().Be("established");
        listed.Text("processId").Should().Be($"{Environment.ProcessId}");
        JsonElement[] paths = [.. listed.GetProperty("subflows").EnumerateArray()];
        paths.Select(path => (path.Text("local"), path.Text("remote")))
            .Should().BeEquivalentTo(Ss.Subflows(hosts.Client, remote.Port).Select(subflow => ($"{subflow.Local}", $"{subflow.Remote}")));
        paths.Select(path => path.Text("interface")).Should().BeEquivalentTo(hosts.FirstLink.Name, hosts.SecondLink.Name);
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task Filters_choose_connections()
    {
        using var hosts = TwoHosts.WithTwoPaths();
        using Connection first = await hosts.ConnectAsync(), second = await hosts.ConnectAsync();
        var peer = (IPEndPoint)first.Client.RemoteEndPoint!;
        string[] both = [Token(first), Token(second)];

        await ExpectAsync([Token(first)], "--port", Port(first));
        await ExpectAsync([Token(second)], "--remote-port", Port(second));
        await ExpectAsync([], "--local-port", Port(second));
        await ExpectAsync(both, "--peer", $"{peer.Address}");
        await ExpectAsync([], "--peer", "192.0.2.1");
        await ExpectAsync(both, "--interface", hosts.SecondLink.Name);
        await ExpectAsync([], "--interface", "lo");
        await ExpectAsync(both, "--process", $"{Environment.ProcessId}");
        await ExpectAsync([], "--process", "no-such-process");
        await ExpectAsync(both, "--state", "established,syn-sent");
        await ExpectAsync([], "--state", "close-wait");
        await ExpectAsync(both, "-4");
        await ExpectAsync([], "-6");
        await ExpectAsync([], "--listening");

        async Task ExpectAsync(string[] tokens, params string[] filter) =>
            (await ToolProcess.ObjectsAsync(hosts.Client, ["connections", .. filter])).Select(line => line.Text("token")).Should().BeEquivalentTo(tokens, string.Join(' ', filter));

        static string Port(Connection connection) => ((IPEndPoint)connection.Client.RemoteEndPoint!).Port.ToString(CultureInfo.InvariantCulture);
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task Show_prints_everything_about_one_connection()
    {
        using var hosts = TwoHosts.WithTwoPaths();
        using Connection connection = await hosts.ConnectAsync();

        Child.Result page = (await ToolProcess.RunAsync(hosts.Client, "show", Token(connection))).ShouldSucceed();
        page.Output.Should().Contain($"{connection.Client.LocalEndPoint} → {connection.Client.RemoteEndPoint}")
            .And.Contain($"{hosts.SecondLink.Name}  {hosts.SecondLink.GetAddress(hosts.Client)}").And.Contain($"({Environment.ProcessId})");
        (await ToolProcess.ObjectsAsync(hosts.Client, "show", Token(connection))).Single().Text("token").Should().Be(Token(connection));

        Child.Result unknown = await ToolProcess.RunAsync(hosts.Client, "show", "1");
        unknown.ExitCode.Should().Be(ExitCode.Failed);
        unknown.Error.Should().Contain("There is no connection 00000001.");
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task The_reason_for_one_path_is_printed_with_the_remedy()
    {
        using var hosts = new TwoHosts(null, null);
        using Connection first = await hosts.ConnectAsync(joined: 0), second = await hosts.ConnectAsync(joined: 0);
        string remedy = $"ip mptcp endpoint add {hosts.SecondLink.GetAddress(hosts.Client)} dev {hosts.SecondLink.Name} subflow";

        string page = (await ToolProcess.RunAsync(hosts.Client, "show", Token(first))).ShouldSucceed().Output;
        page.Should().Contain("Why only one path?").And.Contain(remedy).And.Contain("docs/doctor.md#path-no-endpoint");
        JsonElement why = (await ToolProcess.ObjectsAsync(hosts.Client, "show", Token(first))).Single().GetProperty("onePath");
        (why.Text("id"), why.Text("subject")).Should().Be(("path-no-endpoint", Token(first)));

        string list = (await ToolProcess.RunAsync(hosts.Client, "connections", "--why")).ShouldSucceed().Output;
        list.Split("Why only one path?").Should().HaveCount(2, "both have the same reason");
        list.Should().Contain(remedy);
        (await ToolProcess.ObjectsAsync(hosts.Client, "connections", "--why")).Should().OnlyContain(line => line.GetProperty("onePath").Text("id") == "path-no-endpoint");
        (await ToolProcess.ObjectsAsync(hosts.Client, "connections")).Should().OnlyContain(line => line.Text("onePath") == null);

        hosts.Client.Execute("sh", "-c", remedy);
        await Eventually.TrueAsync(() => second.Client.GetMptcpSubflows().Length == 2 && first.Client.GetMptcpSubflows().Length == 2, "the remedy opens a second path");
        (await ToolProcess.RunAsync(hosts.Client, "connections", "--why")).ShouldSucceed().Output.Should().NotContain("Why");
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task The_list_needs_no_privilege()
    {
        using var hosts = TwoHosts.WithTwoPaths();
        using Connection connection = await hosts.ConnectAsync();

        Child.Result result = (await ToolProcess.RunUnprivilegedAsync(hosts.Client, "connections")).ShouldSucceed();

        result.Output.Should().Contain(Token(connection));
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task Monitor_prints_the_life_of_a_connection()
    {
        using var hosts = TwoHosts.WithTwoPaths();
        await using Child monitor = ToolProcess.Start(hosts.Client, "monitor", "--json");
        await using Child text = ToolProcess.Start(hosts.Client, "monitor");
        (await text.ReadLineAsync()).Should().StartWith("Waiting for events");
        for (Task<string> first = monitor.ReadLineAsync(); !first.IsCompleted;) // the monitor has started when it has printed something
            (await hosts.ConnectAsync()).Dispose();

        Connection connection = await hosts.ConnectAsync();
        string token = Token(connection), name = hosts.SecondLink.Name;
        await ReadToAsync(monitor, $"\"event\":\"connection-established\",\"token\":\"{token}\"");
        (await ReadToAsync(monitor, $"\"event\":\"subflow-established\",\"token\":\"{token}\"")).Should().Contain($"\"interface\":\"{name}\"");
        await ReadToAsync(text, $"{token}  path over {name} joined");
        connection.Dispose();
        await ReadToAsync(monitor, $"\"event\":\"connection-closed\",\"token\":\"{token}\"");
        await ReadToAsync(text, $"{token}  connection closed");
        (await Child.RunAsync("kill", ["-INT", $"{monitor.Id}"])).ShouldSucceed();
        (await monitor.ExitAsync()).Should().BeEquivalentTo(new { ExitCode = ExitCode.Interrupted, Error = "" });
    }

    static async Task<string> ReadToAsync(Child child, string words)
    {
        while (true)
        {
            if (await child.ReadLineAsync() is var line && line.Contains(words, StringComparison.Ordinal))
                return line;
        }
    }

    static string Token(Connection connection) => $"{connection.Client.GetMptcpInfo().Token:x8}";
}
