using System.Net;
using System.Text.Json;
using Mptcp.Tool.Tests.Support;

namespace Mptcp.Tool.Tests;

/// <summary>Compares the commands with <c>ip mptcp</c>.</summary>
public class EndpointsTests
{
    [Fact(Timeout = Limit.OfATest)]
    public async Task Endpoints_that_are_added_changed_and_removed_equal_those_of_ip_mptcp()
    {
        using var hosts = new TwoHosts(null, null);
        IPAddress first = hosts.FirstLink.GetAddress(hosts.Client), second = hosts.SecondLink.GetAddress(hosts.Client);

        JsonElement added = (await ToolProcess.ObjectsAsync(hosts.Client, "endpoints", "add", $"{first}", "--dev", hosts.FirstLink.Name, "--flags", "subflow,backup", "--id", "7")).Single();
        added.Text("id").Should().Be("7");
        added.Text("interface").Should().Be(hosts.FirstLink.Name);
        Ip().Should().Contain($"{first} id 7 subflow backup dev {hosts.FirstLink.Name}");

        (await ToolProcess.RunAsync(hosts.Client, "endpoints", "set", "7", "--flags", "subflow")).ShouldSucceed();
        Ip().Should().Contain($"{first} id 7 subflow dev");

        hosts.Client.Execute("ip", "mptcp", "endpoint", "add", $"{second}", "id", "9", "signal");
        JsonElement[] listed = await ToolProcess.ObjectsAsync(hosts.Client, "endpoints", "list");
        listed.Select(endpoint => (endpoint.Text("id"), endpoint.Text("address"), endpoint.GetProperty("flags")[0].GetString()))
            .Should().BeEquivalentTo([("7", $"{first}", "subflow"), ("9", $"{second}", "signal")]);

        (await ToolProcess.RunAsync(hosts.Client, "endpoints", "remove", $"{first}")).ShouldSucceed().Output.Should().Be($"Endpoint 7 ({first}) is removed.\n");
        Ip().Should().NotContain($"{first}").And.Contain($"{second}");
        (await ToolProcess.RunAsync(hosts.Client, "endpoints", "flush")).ShouldSucceed();
        Ip().Should().BeEmpty();
        (await ToolProcess.RunAsync(hosts.Client, "endpoints")).ShouldSucceed().Output.Should().Contain("No endpoints");

        string Ip() => hosts.Client.Execute("ip", "mptcp", "endpoint", "show");
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task An_address_that_no_interface_has_is_added_with_a_warning_as_ip_mptcp_adds_it()
    {
        using var one = new OneHost();
        one.Host.Execute("ip", "mptcp", "endpoint", "add", "192.0.2.8", "subflow");

        Child.Result added = (await ToolProcess.RunAsync(one.Host, "endpoints", "add", "192.0.2.7")).ShouldSucceed();

        added.Error.Should().Contain("no interface has the address 192.0.2.7");
        one.Host.Execute("ip", "mptcp", "endpoint", "show").Should().Contain("192.0.2.7").And.Contain("192.0.2.8");
        (await ToolProcess.RunAsync(one.Host, "endpoints", "add", "127.0.0.1")).ShouldSucceed().Error.Should().BeEmpty();
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task Follow_does_what_plan_shows_and_removes_it_when_it_is_interrupted()
    {
        using var hosts = TwoHosts.WithOneLink();
        string address = $"{hosts.FirstLink.GetAddress(hosts.Client)}";
        JsonElement planned = (await ToolProcess.ObjectsAsync(hosts.Client, "endpoints", "plan")).Should().ContainSingle(line => line.Text("action") == "add" && line.GetProperty("endpoint").Text("address") == address).Which;
        planned.Text("reason").Should().Be("carries-paths");

        await using Child follow = ToolProcess.Start(hosts.Client, "endpoints", "follow");
        while (!(await follow.ReadLineAsync()).Contains($"{address} of {hosts.FirstLink.Name}"))
            continue;

        hosts.Client.Execute("ip", "mptcp", "endpoint", "show").Should().Contain(address);
        (await ToolProcess.RunAsync(hosts.Client, "endpoints", "plan")).ShouldSucceed().Output.Should().Contain("keep");
        (await Child.RunAsync("kill", ["-INT", $"{follow.Id}"])).ShouldSucceed();
        (await follow.ExitAsync()).ExitCode.Should().Be(ExitCode.Interrupted);
        hosts.Client.Execute("ip", "mptcp", "endpoint", "show").Should().BeEmpty();
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task Limits_equal_those_of_ip_mptcp()
    {
        using var one = new OneHost();
        one.Host.Execute("ip", "mptcp", "limits", "set", "subflow", "3", "add_addr_accepted", "1");
        JsonElement limits = (await ToolProcess.ObjectsAsync(one.Host, "limits")).Single();
        (limits.Text("extraSubflows"), limits.Text("acceptedAddresses")).Should().Be(("3", "1"));

        (await ToolProcess.RunAsync(one.Host, "limits", "--accept", "4")).ShouldSucceed();
        one.Host.Execute("ip", "mptcp", "limits", "show").Should().Contain("add_addr_accepted 4 subflows 3");
    }
}
