using Microsoft.Extensions.DependencyInjection;
using Mptcp.Lab;
using Mptcp.Netlink.Tests.Support;
using static Mptcp.Netlink.Tests.Support.EndpointsOf;

namespace Mptcp.Netlink.Tests.Services;

/// <summary>Programs that manage endpoints, too, are named, and what they have added is left alone.</summary>
public class OtherManagersTests
{
    [Fact(Timeout = Limit.OfATest)]
    public async Task Mptcpd_is_warned_about_and_keeps_its_endpoints()
    {
        using var one = new OneHost();
        LabHost host = one.Host;
        Ip(host, Cable("eth0"), "link set eth0 up");
        await using Child mptcpd = host.Run(() => Child.Start(Needs.Mptcpd(), ["--addr-flags=subflow"]));
        await Eventually.TrueAsync(
            () =>
            {
                Ip(host, "address replace 10.1.0.1/24 dev eth0", "address del 10.1.0.1/24 dev eth0", "address add 10.1.0.1/24 dev eth0"); // it takes up new addresses only
                return ListEndpoints(host) is ["10.1.0.1 eth0 subflow"];
            },
            "mptcpd adds an endpoint");

        await using (RunningHost running = await RunningHost.StartAsync(host, services => services.AddMptcpEndpoints(o => o.AlsoWithoutDefaultRoute = true)))
        {
            running.HasLogged("OtherManager", $"mptcpd (process {mptcpd.Id}) may manage endpoints, too.").Should().BeTrue();
            ListEndpoints(host).Should().Equal("10.1.0.1 eth0 subflow");
        }

        ListEndpoints(host).Should().Equal(["10.1.0.1 eth0 subflow"], "it is mptcpd's");
    }

    /// <summary>A program with NetworkManager's name in its place: that one needs D-Bus and the directories of the system.</summary>
    [Theory(Timeout = Limit.OfATest)]
    [InlineData("NetworkManager", true)]
    [InlineData("NetworkManager", false)]
    [InlineData("NetworkWatcher", true)]
    public async Task NetworkManager_of_the_same_network_namespace_is_warned_about(string name, bool isHere)
    {
        Needs.Mptcp();
        Needs.Lab();
        using var directory = new TemporaryDirectory();
        string program = directory.File(name);
        File.CreateSymbolicLink(program, Needs.Program("sleep", "coreutils"));
        using var network = new LabNetwork();
        LabHost host = network.AddHost("host"), other = network.AddHost("other");
        await using Child stranger = (isHere ? host : other).Run(() => Child.Start(program, ["1000"]));
        await Eventually.TrueAsync(async () => await File.ReadAllTextAsync($"/proc/{stranger.Id}/comm") == $"{name}\n", "the program runs");

        await using RunningHost running = await RunningHost.StartAsync(host, services => services.AddMptcpEndpoints());

        running.HasLogged("OtherManager", $"{name} (process {stranger.Id}) may manage endpoints, too.").Should().Be(isHere && name == "NetworkManager");
    }
}
