using System.Net;
using System.Net.Sockets;
using System.Text.RegularExpressions;

namespace Samples.Tests;

/// <summary>The systemd units of the samples: each service gets what it needs, and no more.</summary>
public partial class UnitsTests
{
    public static TheoryData<string> Services =>
        [.. Directory.EnumerateFiles(Repository.PathOf("samples"), "*.service", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(Repository.PathOf("."), path))];

    [Theory]
    [MemberData(nameof(Services))]
    public async Task A_service_is_hardened(string unit)
    {
        string analyze = Needs.Program("systemd-analyze", "systemd");

        Child.Result result = await Child.RunAsync(analyze, ["security", "--offline=true", "--threshold=30", Repository.PathOf(unit)]);

        result.ExitCode.Should().Be(0, "the exposure level is at most 3.0: {0}", result.Output);
    }

    [Theory]
    [MemberData(nameof(Services))]
    public async Task A_service_is_what_systemd_understands(string unit)
    {
        string analyze = Needs.Program("systemd-analyze", "systemd");
        using var directory = new TemporaryDirectory();
        string copy = directory.File(Path.GetFileName(unit));
        await File.WriteAllTextAsync(copy, ExecStart().Replace(await File.ReadAllTextAsync(Repository.PathOf(unit)), "ExecStart=/bin/true"));

        Child.Result result = await Child.RunAsync(analyze, ["verify", copy]);

        result.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => line.Contains(".service", StringComparison.Ordinal) && !line.Contains("not found", StringComparison.Ordinal))
            .Should().BeEmpty();
    }

    [Theory]
    [MemberData(nameof(Services))]
    public async Task A_service_has_no_capability_but_that_of_changing_paths(string unit)
    {
        string[] lines = await File.ReadAllLinesAsync(Repository.PathOf(unit));

        lines.Where(line => line.StartsWith("CapabilityBoundingSet=", StringComparison.Ordinal)).Should().ContainSingle()
            .Which.Should().Be(unit.Contains("PathEndpoints", StringComparison.Ordinal) ? "CapabilityBoundingSet=CAP_NET_ADMIN" : "CapabilityBoundingSet=");
        lines.Should().Contain("NoNewPrivileges=yes").And.Contain("DynamicUser=yes");
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task The_gateway_makes_no_system_call_that_its_unit_forbids()
    {
        using Socket server = new(SocketType.Stream, ProtocolType.Tcp);
        server.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        server.Listen();
        string routes = "--Gateway:Routes:test:";

        Traced gateway = await TraceAsync(
            "samples/Gateway",
            [routes + "Listen=mptcp@127.0.0.1:0", $"{routes}Connect=tcp@{server.LocalEndPoint}"],
            async line =>
            {
                if (ListensOn().Match(line) is not { Success: true } match)
                    return false;

                using Socket client = await MptcpSocket.ConnectAsync(IPEndPoint.Parse(match.Groups[1].Value));
                using Socket accepted = await server.AcceptAsync().WaitAsync(Limit.OfAWait);
                await accepted.SendAllAsync(new byte[100]);
                (await client.ReceiveExactlyAsync(100)).Should().HaveCount(100);
                return true;
            });

        await ExpectAllowedAsync("samples/Gateway/mptcp-gateway.service", gateway);
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task The_endpoints_service_makes_no_system_call_that_its_unit_forbids()
    {
        Needs.Lab();

        Traced service = await TraceAsync(
            "samples/PathEndpoints",
            ["--Logging:LogLevel:Microsoft.Hosting.Lifetime=Information"],
            line => Task.FromResult(line.Contains("Application started", StringComparison.Ordinal)),
            inOwnNetwork: true);

        await ExpectAllowedAsync("samples/PathEndpoints/mptcp-endpoints.service", service);
    }

    /// <summary>Runs a sample under strace until a line of its output satisfies, and then ends it as systemd does.</summary>
    static async Task<Traced> TraceAsync(string sample, string[] arguments, Func<string, Task<bool>> isEnough, bool inOwnNetwork = false)
    {
        string strace = Needs.Program("strace", "strace");
        using var directory = new TemporaryDirectory();
        string trace = directory.File("trace"), dll = Repository.Assembly(sample);
        string[] before = inOwnNetwork ? [Needs.Program("unshare", "util-linux"), "--net"] : [];
        string[] command = [.. before, strace, "--follow-forks", "--quiet=all", "--output", trace, "dotnet", dll, .. arguments, "--Logging:Console:FormatterName=simple"];
        await using (Child program = Child.Start(command[0], command[1..]))
        {
            while (!await isEnough(await program.ReadLineAsync()))
            {
            }

            // strace passes the signal on to nobody, so it goes to the program that it started.
            string started = (await File.ReadAllTextAsync($"/proc/{program.Id}/task/{program.Id}/children")).Trim();
            (await Child.RunAsync("kill", ["-TERM", started])).ShouldSucceed();
            await program.ExitAsync();
        }

        string[] calls = await File.ReadAllLinesAsync(trace);
        return new Traced(
            [.. calls.Select(line => Call().Match(line)).Where(match => match.Success).Select(match => match.Groups[1].Value)],
            [.. calls.Select(line => Family().Match(line)).Where(match => match.Success).Select(match => match.Groups[1].Value)]);
    }

    static async Task ExpectAllowedAsync(string unit, Traced traced)
    {
        string[] lines = await File.ReadAllLinesAsync(Repository.PathOf(unit));
        string Value(string name) => lines.Single(line => line.StartsWith($"{name}=", StringComparison.Ordinal))[(name.Length + 1)..];

        traced.Calls.Should().Contain("socket").And.BeSubsetOf(await CallsOfAsync(Value("SystemCallFilter")));
        traced.Families.Should().NotBeEmpty().And.BeSubsetOf(Value("RestrictAddressFamilies").Split(' '));
    }

    /// <summary>Returns the calls of a set of systemd, which may contain sets.</summary>
    static async Task<HashSet<string>> CallsOfAsync(string set)
    {
        Child.Result result = await Child.RunAsync(Needs.Program("systemd-analyze", "systemd"), ["syscall-filter", set]);
        result.ShouldSucceed();
        HashSet<string> calls = [];
        foreach (string word in result.Output.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Where(line => line[0] != '#' && line != set))
            calls.UnionWith(word[0] == '@' ? await CallsOfAsync(word) : [word]);

        return calls;
    }

    [GeneratedRegex("^ExecStart=.*$", RegexOptions.Multiline)]
    private static partial Regex ExecStart();

    [GeneratedRegex(@"(127\.0\.0\.1:\d+)")]
    private static partial Regex ListensOn();

    [GeneratedRegex(@"^\d+ +(\w+)\(")]
    private static partial Regex Call();

    [GeneratedRegex(@"\bsocket\((AF_\w+)")]
    private static partial Regex Family();

    /// <summary>The names of the system calls, and the families of the sockets.</summary>
    sealed record Traced(HashSet<string> Calls, HashSet<string> Families);
}
