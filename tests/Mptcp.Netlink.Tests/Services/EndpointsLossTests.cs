using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using Mptcp.Lab;
using Mptcp.Netlink.Endpoints;
using Mptcp.Netlink.Routing;
using Mptcp.Netlink.Telemetry;
using Mptcp.Netlink.Tests.Support;
using static Mptcp.Netlink.Tests.Support.EndpointsOf;

namespace Mptcp.Netlink.Tests.Services;

/// <summary>Paths that are lost while connections wait.</summary>
public class EndpointsLossTests
{
    /// <summary>A list of all routes can take a second on a router of the Internet. The closed reader stands for one that takes forever.</summary>
    [Fact(Timeout = Limit.OfATest)]
    public void A_loss_is_handled_without_reading_the_host()
    {
        using var one = new OneHost();
        LabHost host = one.Host;
        Ip(host, Cable("eth0"), "link set eth0 up", "address add 10.1.0.1/24 dev eth0", Cable("eth1"), "link set eth1 up", "address add 10.2.0.1/24 dev eth1");
        host.Run(() =>
        {
            using MptcpPathManager manager = MptcpPathManager.Open();
            using HostReader reader = HostReader.Open();
            using var metrics = new EndpointMetrics();
            var options = new MptcpEndpointsOptions { AlsoWithoutDefaultRoute = true, Routing = MptcpRoutingMode.Manage };
            var keeper = new EndpointKeeper(manager, reader, new OtherManagers(), options, metrics, NullLogger.Instance);
            int lost = reader.ReadInterfaces().Single(network => network.Name == "eth0").Index;
            keeper.Lose([new HostLoss(lost, null, IsUp: false)]);
            keeper.Update().Should().BeTrue();
            ListEndpoints(host).Should().BeEquivalentTo(["10.1.0.1 eth0 subflow", "10.2.0.1 eth1 subflow"], "a loss before the first update counts for nothing");

            reader.Dispose();
            keeper.Lose([new HostLoss(lost, null, IsUp: false)]);
            ListEndpoints(host).Should().Equal("10.2.0.1 eth1 subflow");
        });
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task All_endpoints_of_a_lost_interface_are_removed_before_the_first_is_logged()
    {
        using var one = new OneHost();
        LabHost host = one.Host;
        Ip(host, Cable("eth0"), "link set eth0 up", "address add 10.1.0.1/24 dev eth0", "address add 10.1.0.2/24 dev eth0", "address add 10.1.0.3/24 dev eth0");
        var left = new TaskCompletionSource<string[]>(TaskCreationOptions.RunContinuationsAsynchronously);
        var logs = new CollectedLogs
        {
            OnEntry = name =>
            {
                if (name == "EndpointRemoved")
                    left.TrySetResult(ListEndpoints(host));
            },
        };
        await using RunningHost running = await RunningHost.StartAsync(
            host, services => services.AddSingleton<TimeProvider>(new StoppedClock()).AddMptcpEndpoints(o => o.AlsoWithoutDefaultRoute = true), logs);
        await BecomeAsync(host, "10.1.0.1 eth0 subflow", "10.1.0.2 eth0 subflow", "10.1.0.3 eth0 subflow");
        Ip(host, "link set eth0 down");
        (await left.Task.WaitAsync(Limit.OfAWait)).Should().BeEmpty();
    }

    /// <summary>The kernel reports with RTM_DELLINK that a bridge has lost a port. The second interface shows when the service has taken that up.</summary>
    [Fact(Timeout = Limit.OfATest)]
    public async Task An_interface_that_leaves_a_bridge_keeps_its_endpoint()
    {
        using var one = new OneHost();
        LabHost host = one.Host;
        Ip(host, "link add bridge0 type bridge", "link set bridge0 up", Cable("eth0"), "link set eth0 up", "link set eth0 master bridge0", "address add 10.1.0.1/24 dev eth0");
        Ip(host, Cable("eth1"), "link set eth1 up", "address add 10.2.0.1/24 dev eth1");
        await using RunningHost running = await RunningHost.StartAsync(
            host, services => services.AddSingleton<TimeProvider>(new StoppedClock()).AddMptcpEndpoints(o => o.AlsoWithoutDefaultRoute = true));
        await BecomeAsync(host, "10.1.0.1 eth0 subflow", "10.2.0.1 eth1 subflow");
        Ip(host, "link set eth0 nomaster", "link set eth1 down");
        await BecomeAsync(host, "10.1.0.1 eth0 subflow");
    }

    [Fact]
    public void A_lost_address_is_found_until_its_subflows_are_closed_or_it_is_back()
    {
        var lost = new LostAddresses();
        lost.Find(Host("10.1.0.1", "10.2.0.1", "fd00::1")).Should().BeEmpty();
        lost.Find(Host("10.2.0.1")).Should().Equal([IPAddress.Parse("10.1.0.1")], "there is no other path of IPv6");
        lost.Find(Host("10.2.0.1")).Should().Equal(IPAddress.Parse("10.1.0.1"));
        lost.Find(Host("10.2.0.1", "fd00::2")).Should().BeEquivalentTo([IPAddress.Parse("10.1.0.1"), IPAddress.Parse("fd00::1")]);
        IEnumerable<MptcpEndpoint> eight = Enumerable.Range(1, 8).Select(i => new MptcpEndpoint(IPAddress.Parse($"10.9.0.{i}"), MptcpEndpointFlags.Subflow));
        lost.Find(Host("10.2.0.1", "fd00::2") with { Endpoints = [.. eight] }).Should().BeEmpty("the kernel has no room for an endpoint");
        lost.Find(Host("10.1.0.1", "10.2.0.1", "fd00::2")).Should().Equal(IPAddress.Parse("fd00::1"));
        lost.Find(Host("10.1.0.1", "10.2.0.1", "fd00::2") with { Endpoints = [new MptcpEndpoint(IPAddress.Parse("fd00::1"), MptcpEndpointFlags.Subflow)] }).Should().BeEmpty(
            "the kernel closes the subflows of an endpoint");
    }

    static MptcpHostSnapshot Host(params string[] addresses) => new()
    {
        Interfaces = [new MptcpInterface(7, "eth0", [.. addresses.Select(address => new MptcpInterfaceAddress(IPAddress.Parse(address), IsReady: true))])],
    };
}
