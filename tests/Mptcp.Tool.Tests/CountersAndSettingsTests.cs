using System.Text.Json;
using Mptcp.Netlink;
using Mptcp.Sockets;
using Mptcp.Tool.Rendering;
using Mptcp.Tool.Tests.Support;

namespace Mptcp.Tool.Tests;

public class CountersAndSettingsTests
{
    [Fact(Timeout = Limit.OfATest)]
    public async Task Counters_equal_those_of_nstat()
    {
        string nstat = Needs.Program("nstat", "iproute2");
        using var hosts = TwoHosts.WithTwoPaths();
        using Connection connection = await hosts.ConnectAsync();

        JsonElement[] counters = await ToolProcess.ObjectsAsync(hosts.Client, "counters", "--all");

        string theirs = hosts.Client.Execute(nstat, "-az", "MPTcpExt*");
        counters.Should().HaveCountGreaterThan(20);
        foreach (JsonElement counter in counters.Where(counter => !counter.Text("name")!.Contains("Wnd", StringComparison.Ordinal))) // an idle connection may still change these
            theirs.Should().MatchRegex($@"MPTcpExt{counter.Text("name")} +{counter.Text("value")} ");

        string shown = (await ToolProcess.RunAsync(hosts.Client, "counters")).ShouldSucceed().Output;
        shown.Should().MatchRegex("MPJoinSynTx +1  Joins that were begun").And.NotContain("MPJoinRejected");
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task Settings_equal_those_of_sysctl()
    {
        using var one = new OneHost();
        one.Host.SetSysctl("net.mptcp.add_addr_timeout", "77");

        JsonElement[] settings = await ToolProcess.ObjectsAsync(one.Host, "settings");

        settings.Should().ContainSingle(setting => setting.Text("name") == "add_addr_timeout").Which.Text("value").Should().Be("77");
        settings.Select(setting => setting.Text("name")).Should().BeEquivalentTo(one.Host.Run(() => MptcpSettings.Read().Values.Keys));
    }

    [Fact]
    public void Every_counter_and_setting_of_this_kernel_has_a_meaning()
    {
        Needs.Mptcp();
        MptcpCounters.Read().Names.Should().OnlyContain(name => Meanings.OfCounter(name) != null);
        MptcpSettings.Read().Values.Keys.Should().OnlyContain(name => Meanings.OfSetting(name) != null);
    }
}
