using Mptcp.Lab;
using Mptcp.Netlink.Tests.Support;
using Mptcp.Sockets;

namespace Mptcp.Netlink.Tests.Services;

/// <summary>The samples as programs on a host, as built with these tests.</summary>
public class SamplesTests
{
    const int Failed = 1;

    [Fact(Timeout = Limit.OfATest)]
    public async Task The_monitor_lists_connections_and_events()
    {
        using var hosts = TwoHosts.WithTwoPaths();
        using Connection before = await hosts.ConnectAsync();
        await using Child monitor = Start(hosts.Client, "PathMonitor");
        await SaysAsync(monitor, $"{before.Client.GetMptcpInfo().Token:x8} {before.Client.LocalEndPoint} - {before.Client.RemoteEndPoint} Established");
        await SaysAsync(monitor, $"  path {hosts.SecondLink.GetAddress(hosts.Client)}");

        using Connection connection = await hosts.ConnectAsync();
        await SaysAsync(monitor, "MptcpSubflowEstablished {");
        connection.Client.Close();
        connection.Server.Close();
        await SaysAsync(monitor, "MptcpConnectionClosed {");
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
    public async Task Endpoints_that_a_killed_service_has_left_belong_to_the_next_one()
    {
        using var hosts = TwoHosts.WithOneLink();
        string address = $"{hosts.FirstLink.GetAddress(hosts.Client)}";
        await using (Child killed = Start(hosts.Client, "PathEndpoints"))
        {
            await SaysAsync(killed, $": {address} of");
            (await Child.RunAsync("kill", ["-KILL", $"{killed.Id}"])).ShouldSucceed();
            await killed.ExitAsync();
        }

        hosts.Client.Execute("ip", "mptcp", "endpoint", "show").Should().Contain($"{address} id 254 ");
        await using Child next = Start(hosts.Client, "PathEndpoints");
        await SaysAsync(next, $"Took over endpoint 254, {address}");
        (await Child.RunAsync("kill", ["-INT", $"{next.Id}"])).ShouldSucceed();
        (await next.ExitAsync()).ShouldSucceed();
        hosts.Client.Execute("ip", "mptcp", "endpoint", "show").Should().BeEmpty();
    }

    /// <summary>
    /// The kernel has no room for the sixteenth message of the program's main thread, which adds the endpoint. One second later it has.
    /// </summary>
    [Fact(Timeout = Limit.OfATest)]
    public async Task A_refused_step_is_retried_without_a_change_of_interfaces()
    {
        using var hosts = TwoHosts.WithOneLink();
        hosts.Client.SetLimits(8, 8);
        await using Child service = StartBehindStrace(hosts.Client, "PathEndpoints", "sendto:error=ENOBUFS:when=17");
        await SaysAsync(service, $"Could not update endpoint {hosts.FirstLink.GetAddress(hosts.Client)}. The service tries again.");
        await SaysAsync(service, $": {hosts.FirstLink.GetAddress(hosts.Client)} of");
    }

    [Theory(Timeout = Limit.OfATest)]
    [InlineData("PathEndpoints")]
    [InlineData("PathPolicy")]
    public async Task A_failing_service_has_an_exit_code(string sample)
    {
        using TwoHosts hosts = UserspacePaths.OnTwoHosts(100, 100);
        await using Child child = StartBehindStrace(hosts.Client, sample, "recvmsg:error=EIO:when=1");
        Child.Result result = await child.ExitAsync();
        result.ExitCode.Should().Be(Failed, result.Output + result.Error);
    }

    [Theory(Timeout = Limit.OfATest)]
    [InlineData("PathEndpoints", "--Mptcp:AcceptedAddresses=9", "AcceptedAddresses must be from 0 to 8 on this kernel, not 9.")]
    [InlineData("PathEndpoints", "--Mptcp:AcceptedAddresses=many", "Failed to convert configuration value*AcceptedAddresses*")]
    [InlineData("PathEndpoints", "--Mptcp:Interfaces:Alow:0=eth0", "*Mptcp:Interfaces:Alow is not a setting*")]
    [InlineData("PathPolicy", "--Mptcp:Slow=1", "*not found*'Slow'*")]
    [InlineData("PathPolicy", "--Mptcp:Interval=0:00:00", "Interval must be from 1 ms *. It is 00:00:00.")]
    [InlineData("PathPolicy", "--Mptcp:Interval=soon", "Failed to convert configuration value*Interval*")]
    public async Task Invalid_options_are_reported_in_one_line(string sample, string argument, string says)
    {
        using var one = new OneHost();
        await using Child child = Start(one.Host, sample, argument);
        Child.Result result = await child.ExitAsync();
        result.ExitCode.Should().Be(Failed, result.Output + result.Error);
        result.Error.Trim().Should().Match(says).And.NotContain("\n");
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task The_policy_opens_a_second_path()
    {
        using TwoHosts hosts = UserspacePaths.OnTwoHosts(100, 100);
        await using Child policy = Start(hosts.Client, "PathPolicy");
        using Connection connection = await hosts.ConnectAsync(joined: 0);
        await SaysAsync(policy, $"{connection.Client.GetMptcpInfo().Token:x8} {connection.Client.LocalEndPoint} - {connection.Client.RemoteEndPoint} has a path {hosts.SecondLink.GetAddress(hosts.Client)}");
    }

    [Theory(Timeout = Limit.OfATest)]
    [InlineData("PathMonitor", true)]
    [InlineData("PathEndpoints", true)]
    [InlineData("PathPolicy", true)]
    [InlineData("PathPolicy", false)]
    public async Task Missing_requirements_are_reported(string sample, bool isUserspace)
    {
        using var one = new OneHost();
        if (isUserspace && one.Host.Run(() => File.Exists("/proc/sys/net/mptcp/pm_type")))
            one.Host.SetSysctl("net.mptcp.pm_type", "1");

        string setpriv = Needs.Program("setpriv", "util-linux");
        await using Child child = one.Host.Run(() => Child.Start(
            setpriv, ["--bounding-set=-all", "--inh-caps=-all", "--ambient-caps=-all", "dotnet", Repository.Assembly($"samples/{sample}")]));
        Child.Result result = await child.ExitAsync();
        result.ExitCode.Should().Be(Failed, result.Output + result.Error);
        result.Error.Should().Contain(isUserspace ? "AmbientCapabilities=CAP_NET_ADMIN" : "sysctl -w net.mptcp.pm_type=1");
    }

    static Child Start(LabHost host, string sample, params string[] arguments) =>
        host.Run(() => Child.Start("dotnet", [Repository.Assembly($"samples/{sample}"), .. arguments]));

    /// <summary>Starts a sample in which a system call fails, as described in strace(1).</summary>
    static Child StartBehindStrace(LabHost host, string sample, string fault) => host.Run(() => Child.Start(
        Needs.Program("strace", "strace"), ["-f", "-o", "/dev/null", "-e", $"trace={fault.Split(':')[0]}", "-e", $"inject={fault}", "dotnet", Repository.Assembly($"samples/{sample}")]));

    /// <summary>Reads until a line contains these words.</summary>
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
