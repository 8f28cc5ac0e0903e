using System.Net;
using Mptcp.Lab;
using Mptcp.Sockets;

namespace Mptcp.Netlink.Tests;

/// <summary>A process without capabilities can read. If it writes, the error names the missing capability.</summary>
public class PrivilegeTests
{
    static readonly string[] s_reading = ["endpoints", "endpoint", "limits", "connections", "subflows", "privileged", "found"];
    static readonly string[] s_writing =
        ["add", "remove", "flush", "flags", "limit", "announce", "withdraw", "create", "destroy", "backup", "events"];

    [Fact(Timeout = Limit.OfATest)]
    public async Task Reading_works_without_privilege_and_writing_names_the_missing_one()
    {
        using var hosts = TwoHosts.WithTwoPaths();
        using MptcpPathManager manager = hosts.Client.Run(MptcpPathManager.Open);
        using Connection connection = await hosts.ConnectAsync();
        IReadOnlyList<MptcpEndpoint> before = manager.GetEndpoints();

        Dictionary<string, string> said = await AskAsync(
            hosts.Client, Needs.Program("setpriv", "util-linux"), "--bounding-set=-all", "--inh-caps=-all", "--ambient-caps=-all");

        said.Keys.Should().Equal([.. s_reading, .. s_writing]);
        said["endpoints"].Should().Be(string.Join(',', before.Select(endpoint => endpoint.Address)));
        said["endpoint"].Should().Be(before[0].Address.ToString());
        said["limits"].Should().Be(manager.GetLimits().ToString());
        said["connections"].Should().Be($"{connection.Client.GetMptcpInfo().Token:x8}");
        said["found"].Should().Be("True");
        said["privileged"].Should().Be("False");
        if (MptcpCapabilities.Probe().KernelVersion >= new Version(6, 18))
            said["subflows"].Should().Be("2");

        foreach (string what in s_writing)
        {
            said[what].Should().StartWith("MptcpPrivilegeException 1 The kernel refuses to ", what)
                .And.Contain("without the capability CAP_NET_ADMIN (EPERM").And.Contain("AmbientCapabilities=CAP_NET_ADMIN").And.Contain("--cap-add=NET_ADMIN");
        }

        manager.GetEndpoints().Should().Equal(before);
        manager.GetLimits().Should().Be(new MptcpLimits(8, 8));
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task CAP_NET_ADMIN_is_enough()
    {
        using var hosts = TwoHosts.WithOneLink();
        using Connection connection = await hosts.ConnectAsync(joined: 0);
        using MptcpPathManager manager = hosts.Client.Run(MptcpPathManager.Open);
        manager.AddEndpoint(IPAddress.Parse("10.0.0.1"), MptcpEndpointFlags.Subflow);

        Dictionary<string, string> said = await AskAsync(
            hosts.Client, Needs.Program("setpriv", "util-linux"), "--bounding-set=-all,+net_admin", "--inh-caps=-all");

        said["privileged"].Should().Be("True");
        said["add"].Should().Contain("10.0.0.9");
        said["remove"].Should().Be("done");
        said["flush"].Should().Be("done");
        said["limit"].Should().Be("done");
        said["withdraw"].Should().StartWith("MptcpNetlinkException 22").And.Contain("invalid token");
        said["events"].Should().Be("Mptcp.Netlink.MptcpEventMonitor");
    }

    static async Task<Dictionary<string, string>> AskAsync(LabHost host, string launcher, params string[] arguments)
    {
        await using Child witness = host.Run(() => Child.Start(launcher, [.. arguments, "dotnet", Repository.Assembly("tests/Mptcp.Netlink.Witness")]));
        Child.Result result = (await witness.ExitAsync()).ShouldSucceed();
        return result.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(": ", 2)).ToDictionary(line => line[0], line => line[1]);
    }
}
