using System.Text.RegularExpressions;
using Mptcp.Lab;
using Mptcp.Netlink.Tests.Support;
using Mptcp.Sockets;

namespace Mptcp.Netlink.Tests.Services;

/// <summary>The samples as programs on a host, as they are built with these tests.</summary>
public class SamplesTests
{
    const int CannotRunHere = 3;

    [Fact(Timeout = Limit.OfATest)]
    public async Task The_monitor_lists_and_tells_what_happens()
    {
        using var hosts = TwoHosts.WithTwoPaths();
        await using Child monitor = Start(hosts.Client, "PathMonitor");
        await SaysAsync(monitor, "0 Multipath TCP connections");
        using Connection connection = await hosts.ConnectAsync();
        string token = $"{connection.Client.GetMptcpInfo().Token:x8}";
        await SaysAsync(monitor, $"{token} is established: {connection.Client.LocalEndPoint} - {connection.Client.RemoteEndPoint}");
        await SaysAsync(monitor, $"{token} new path: {hosts.SecondLink.GetAddress(hosts.Client)}");

        await using Child list = Start(hosts.Client, "PathMonitor", "--once");
        string output = (await list.ExitAsync()).ShouldSucceed().Output;
        output.Should().Contain("1 Multipath TCP connections").And.Contain(token);
        Regex.Count(output, "  path ").Should().Be(2);

        connection.Client.Close();
        connection.Server.Close();
        await SaysAsync(monitor, $"{token} has ended");
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task Endpoints_are_kept_by_the_service_and_removed_when_it_is_interrupted()
    {
        using var hosts = TwoHosts.WithOneLink();
        await using Child service = Start(hosts.Client, "PathEndpoints");
        await SaysAsync(service, $"{hosts.FirstLink.GetAddress(hosts.Client)} of {hosts.FirstLink.Name}, Subflow");
        hosts.Client.Execute("ip", "mptcp", "endpoint", "show").Should().Contain($"{hosts.FirstLink.GetAddress(hosts.Client)}");
        (await Child.RunAsync("kill", ["-INT", $"{service.Id}"])).ShouldSucceed();
        (await service.ExitAsync()).ShouldSucceed();
        hosts.Client.Execute("ip", "mptcp", "endpoint", "show").Should().BeEmpty();
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task The_policy_opens_a_second_path()
    {
        using TwoHosts hosts = UserspacePaths.OnTwoHosts(100, 100);
        await using Child policy = Start(hosts.Client, "PathPolicy");
        using Connection connection = await hosts.ConnectAsync(joined: 0);
        string token = $"{connection.Client.GetMptcpInfo().Token:x8}";
        await SaysAsync(policy, $"{token} {connection.Client.LocalEndPoint} - {connection.Client.RemoteEndPoint} is established");
        await SaysAsync(policy, $"has a path {hosts.SecondLink.GetAddress(hosts.Client)}");
    }

    [Theory(Timeout = Limit.OfATest)]
    [InlineData("PathMonitor", true)]
    [InlineData("PathEndpoints", true)]
    [InlineData("PathPolicy", true)]
    [InlineData("PathPolicy", false)]
    public async Task What_is_missing_is_said(string sample, bool isUserspace)
    {
        using var one = new OneHost();
        if (isUserspace && one.Host.Run(() => File.Exists("/proc/sys/net/mptcp/pm_type")))
            one.Host.SetSysctl("net.mptcp.pm_type", "1");

        string setpriv = Needs.Program("setpriv", "util-linux");
        await using Child child = one.Host.Run(() => Child.Start(
            setpriv, ["--bounding-set=-all", "--inh-caps=-all", "--ambient-caps=-all", "dotnet", Repository.Assembly($"samples/{sample}")]));
        Child.Result result = await child.ExitAsync();
        result.ExitCode.Should().Be(CannotRunHere, result.Output + result.Error);
        result.Error.Should().Contain(isUserspace ? "AmbientCapabilities=CAP_NET_ADMIN" : "sysctl -w net.mptcp.pm_type=1");
    }

    static Child Start(LabHost host, string sample, params string[] arguments) =>
        host.Run(() => Child.Start("dotnet", [Repository.Assembly($"samples/{sample}"), .. arguments]));

    /// <summary>Reads on until a line has these words.</summary>
    static async Task SaysAsync(Child program, string words)
    {
        var said = new List<string>();
        while (await program.Output.ReadLineAsync().WaitAsync(Limit.OfAWait) is { } line)
        {
            said.Add(line);
            if (line.Contains(words, StringComparison.Ordinal))
                return;
        }

        Assert.Fail($"The program has ended without '{words}', and has said: {string.Join(Environment.NewLine, said)}");
    }
}
