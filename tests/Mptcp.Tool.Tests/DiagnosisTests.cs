using System.Text.Json;
using Mptcp.Sockets;
using Mptcp.Tool.Tests.Support;

namespace Mptcp.Tool.Tests;

/// <summary><c>status</c>, <c>doctor</c>, <c>check</c> and <c>report</c>. Mptcp.Netlink.Tests examines the findings themselves.</summary>
public class DiagnosisTests
{
    [Fact(Timeout = Limit.OfATest)]
    public async Task Status_is_the_default_and_shows_the_host()
    {
        using var hosts = TwoHosts.WithTwoPaths();
        using Connection connection = await hosts.ConnectAsync();

        Child.Result screen = (await ToolProcess.RunAsync(hosts.Client)).ShouldSucceed();
        screen.Output.Should().Contain("available").And.Contain($"{hosts.SecondLink.GetAddress(hosts.Client)}")
            .And.MatchRegex($"connections +1, with 2 paths: 1 over ({hosts.FirstLink.Name}|{hosts.SecondLink.Name}), 1 over");

        JsonElement status = (await ToolProcess.ObjectsAsync(hosts.Client, "status")).Single();
        (status.Text("available"), status.Text("connections"), status.Text("paths")).Should().Be(("True", "1", "2"));
        status.GetProperty("endpoints").GetArrayLength().Should().Be(hosts.Client.Execute("ip", "mptcp", "endpoint", "show").Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task Status_doctor_and_check_report_disabled_MPTCP()
    {
        using var one = new OneHost(mptcpEnabled: false);
        Child.Result status = await ToolProcess.RunAsync(one.Host, "status");
        status.ExitCode.Should().Be(ExitCode.NoMptcpHere);
        status.Output.Should().Contain("not available").And.Contain("mptcp-disabled");

        Child.Result doctor = await ToolProcess.RunAsync(one.Host, "doctor");
        doctor.ExitCode.Should().Be(ExitCode.Failed);
        doctor.Output.Should().Contain("error  mptcp-disabled").And.Contain("docs/doctor.md#mptcp-disabled");
        (await ToolProcess.RunAsync(one.Host, "check", "127.0.0.1:1")).ExitCode.Should().BeOneOf(ExitCode.NoMptcpHere, ExitCode.Failed);
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task Fix_prints_the_commands_and_with_yes_runs_them()
    {
        using var one = new OneHost(mptcpEnabled: false);
        string enabled() => one.Host.Run(() => File.ReadAllText("/proc/sys/net/mptcp/enabled").Trim());

        Child.Result printed = await ToolProcess.RunAsync(one.Host, "doctor", "--fix");
        printed.Output.Should().Contain("net.mptcp.enabled=1").And.NotContain("error");
        enabled().Should().Be("0");

        Child.Result refused = await ToolProcess.RunAsync(one.Host, "doctor", "--yes");
        refused.ExitCode.Should().Be(ExitCode.BadArguments);

        Child.Result run = await ToolProcess.RunAsync(one.Host, "doctor", "--fix", "--yes");
        run.Error.Should().Contain("net.mptcp.enabled=1");
        run.Output.Should().NotContain("mptcp-disabled");
        enabled().Should().Be("1");
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task An_examination_opens_no_connection()
    {
        using var hosts = TwoHosts.WithOneLink();

        foreach (string command in new[] { "status", "doctor", "report" })
            await ToolProcess.RunAsync(hosts.Client, command);

        hosts.Client.Read("MPCapableSYNTX").Should().Be(0);
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task Check_reports_a_peer_with_MPTCP()
    {
        using var hosts = TwoHosts.WithOneLink();
        using var listener = hosts.Server.Run(() => MptcpSocket.Listen(new System.Net.IPEndPoint(hosts.FirstLink.GetAddress(hosts.Server), 0)));

        string text = (await ToolProcess.RunAsync(hosts.Client, "check", $"{listener.LocalEndPoint}")).ShouldSucceed().Output;
        JsonElement result = (await ToolProcess.ObjectsAsync(hosts.Client, "check", $"http://{listener.LocalEndPoint}/")).Single();

        text.Should().StartWith($"{listener.LocalEndPoint}").And.Contain("MPTCP");
        result.GetProperty("mptcp").Text("outcome").Should().Be("succeeded");
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task Check_of_a_peer_without_mptcp_has_an_exit_code_of_its_own()
    {
        using var hosts = TwoHosts.WithOneLink();
        using var listener = hosts.Server.Run(() => MptcpSocket.Listen(
            new System.Net.IPEndPoint(hosts.FirstLink.GetAddress(hosts.Server), 0), new MptcpListenOptions { Mode = MptcpMode.Disabled }));

        Child.Result check = await ToolProcess.RunAsync(hosts.Client, "check", $"{listener.LocalEndPoint}");

        check.ExitCode.Should().Be(ExitCode.PeerWithoutMptcp);
        check.Output.Should().Contain("without");
    }

    [Theory]
    [InlineData("example.org:80", "example.org", 80)]
    [InlineData("example.org", "example.org", 443)]
    [InlineData("192.0.2.1:5000", "192.0.2.1", 5000)]
    [InlineData("[2001:db8::1]:5000", "2001:db8::1", 5000)]
    [InlineData("2001:db8::1", "2001:db8::1", 443)]
    [InlineData("http://example.org/a", "example.org", 80)]
    [InlineData("https://[2001:db8::1]/", "2001:db8::1", 443)]
    public void A_peer_has_a_host_and_a_port(string text, string host, int port)
    {
        PeerAddress.TryParse(text, out PeerAddress? peer, out _).Should().BeTrue();
        peer.Should().Be(new PeerAddress(host, port));
    }

    [Theory]
    [InlineData("")]
    [InlineData(":80")]
    [InlineData("example.org:0")]
    [InlineData("example.org:65536")]
    [InlineData("example.org:http")]
    [InlineData("mailto://")]
    [InlineData("a b")]
    public void An_invalid_peer_is_refused(string text) => PeerAddress.TryParse(text, out _, out _).Should().BeFalse();

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_report_can_be_examined_elsewhere_and_has_events()
    {
        using var hosts = TwoHosts.WithTwoPaths();
        using var elsewhere = new OneHost();
        using var directory = new TemporaryDirectory();
        string file = directory.File("report.json");
        await using Child report = ToolProcess.Start(hosts.Client, "report", "--seconds", "3", "--output", file);
        Task ended = report.EndAsync();
        while (!ended.IsCompleted)
            (await hosts.ConnectAsync()).Dispose();

        (await report.ExitAsync()).ShouldSucceed();
        using (var document = JsonDocument.Parse(await File.ReadAllTextAsync(file)))
        {
            document.RootElement.GetProperty("events").EnumerateArray().Select(line => line.Text("event")).Should().Contain("connection-established");
            document.RootElement.GetProperty("findings").ValueKind.Should().Be(JsonValueKind.Array);
        }

        string plan = (await ToolProcess.RunAsync(elsewhere.Host, "endpoints", "plan", "--snapshot", file)).ShouldSucceed().Output;
        plan.Should().Contain($"{hosts.SecondLink.GetAddress(hosts.Client)}");
        (await ToolProcess.RunAsync(elsewhere.Host, "doctor", "--snapshot", file)).Error.Should().BeEmpty();
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_report_without_privilege_is_partial_and_can_shorten_addresses()
    {
        using var hosts = TwoHosts.WithOneLink();
        Child.Result result = (await ToolProcess.RunUnprivilegedAsync(hosts.Client, "report", "--shorten-addresses")).ShouldSucceed();
        result.Error.Should().Contain("CAP_NET_ADMIN");
        string address = $"{hosts.FirstLink.GetAddress(hosts.Client)}";
        result.Output.Should().NotContain(address).And.Contain("10.x.x.");
    }

    [Theory(Timeout = Limit.OfATest)]
    [InlineData("{}")]
    [InlineData("[]")]
    [InlineData("no json")]
    [InlineData("""{"format":99}""")]
    [InlineData("""{"snapshot":{"format":99}}""")]
    public async Task A_file_that_is_not_a_snapshot_is_refused(string content)
    {
        using var one = new OneHost();
        using var directory = new TemporaryDirectory();
        string file = directory.File("snapshot.json");
        await File.WriteAllTextAsync(file, content);
        Child.Result result = await ToolProcess.RunAsync(one.Host, "doctor", "--snapshot", file);
        result.ExitCode.Should().Be(ExitCode.Failed);
        result.Error.Should().NotBeEmpty().And.NotContain("   at ");
    }

    [Theory]
    [InlineData("192.0.2.7 and 10.0.0.1:80", "192.x.x.7 and 10.x.x.1:80")]
    [InlineData("\"2001:db8::7\", [2001:db8::7]:443", "\"2001:x:7\", [2001:x:7]:443")]
    [InlineData("::ffff:192.0.2.7", "192.x.x.7")]
    [InlineData("127.0.0.1 ::1 0.0.0.0", "127.0.0.1 ::1 0.0.0.0")]
    [InlineData("6.18.5 at 07:08:09 and 1.2.3", "6.18.5 at 07:08:09 and 1.2.3")]
    public void Addresses_are_shortened_and_nothing_else(string text, string shortened) => Rendering.Addresses.Shorten(text).Should().Be(shortened);
}
