using System.Net;
using System.Text.Json;
using Mptcp.Tool.Tests.Support;

namespace Mptcp.Tool.Tests;

/// <summary>Routes and rules, seen by <c>ip rule</c>. Mptcp.Netlink.Tests sees where packets leave.</summary>
public class RoutesTests
{
    [Fact(Timeout = Limit.OfATest)]
    public async Task Routes_are_planned_applied_once_and_removed()
    {
        using var hosts = new TwoHosts(null, null);
        IPAddress address = hosts.SecondLink.GetAddress(hosts.Client), router = hosts.SecondLink.GetAddress(hosts.Server);
        hosts.Client.Execute("ip", "route", "add", "default", "via", $"{router}", "dev", hosts.SecondLink.Name, "metric", "700");
        hosts.Client.Execute("ip", "mptcp", "endpoint", "add", $"{address}", "dev", hosts.SecondLink.Name, "signal", "id", "5");
        string before = Rules();

        Child.Result plan = (await ToolProcess.RunUnprivilegedAsync(hosts.Client, "routes", "plan")).ShouldSucceed();
        plan.Output.Should().Contain($"route replace default via {router} dev {hosts.SecondLink.Name} onlink table 19805 proto 222")
            .And.Contain($"rule add pref 32001 from {address}/32 lookup 19805 protocol 222");
        (await ToolProcess.RunAsync(hosts.Client, "routes")).ShouldSucceed().Output.Should().Be(plan.Output);
        JsonElement[] lines = await ToolProcess.ObjectsAsync(hosts.Client, "routes", "plan");
        lines.Select(line => $"{line.Text("action")} {line.Text("kind")} {line.Text("table")} {line.Text("from")}{line.Text("gateway")}").Should().Equal(
            $"add route 19805 {router}", $"add rule 254 {address}/32", $"add rule 19805 {address}/32");
        Rules().Should().Be(before, "a plan changes nothing");

        (await ToolProcess.RunAsync(hosts.Client, "routes", "apply")).ShouldSucceed().Output.Should().Be(plan.Output);
        Rules().Should().Contain($"from {address} lookup 19805 proto 222");
        (await ToolProcess.RunAsync(hosts.Client, "routes", "apply")).ShouldSucceed().Output.Should().Contain("Nothing has to be changed.");

        (await ToolProcess.RunAsync(hosts.Client, "routes", "remove")).ShouldSucceed().Output.Should().Contain($"rule del pref 32001 from {address}/32");
        Rules().Should().Be(before);

        Child.Result refused = await ToolProcess.RunUnprivilegedAsync(hosts.Client, "routes", "apply");
        refused.ExitCode.Should().Be(ExitCode.PrivilegeMissing, refused.Output + refused.Error);
        refused.Output.Should().BeEmpty("nothing was done");

        string Rules() => hosts.Client.Execute("ip", "rule");
    }

    [Theory(Timeout = Limit.OfATest)]
    [InlineData("""{"format":1,"kernelRelease":"4.19.0"}""", ExitCode.NoMptcpHere, "the kernel 4.19.0 has no MPTCP")]
    [InlineData("""{"format":1,"limits":{"extraSubflows":2,"acceptedAddresses":0}}""", ExitCode.PrivilegeMissing, "CAP_NET_ADMIN")]
    public async Task Unknown_endpoints_are_reported_with_their_reason(string snapshot, int exitCode, string says)
    {
        using var one = new OneHost();
        using var directory = new TemporaryDirectory();
        await File.WriteAllTextAsync(directory.File("host.json"), snapshot);

        Child.Result result = await ToolProcess.RunAsync(one.Host, "routes", "plan", "--snapshot", directory.File("host.json"));

        result.ExitCode.Should().Be(exitCode, result.Output + result.Error);
        result.Error.Should().Contain(says);
    }
}
