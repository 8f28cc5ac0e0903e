using Microsoft.Extensions.DependencyInjection;
using Mptcp.Lab;
using Mptcp.Netlink.Tests.Support;
using static Mptcp.Netlink.Tests.Support.EndpointsOf;

namespace Mptcp.Netlink.Tests.Services;

/// <summary>
/// Endpoints follow routes. The service recognizes its own endpoints, even after a crash and among those of other programs.
/// </summary>
public class EndpointsOwnershipTests
{
    [Fact(Timeout = Limit.OfATest)]
    public async Task An_interface_without_a_default_route_is_no_path_until_it_has_one()
    {
        using var one = new OneHost();
        LabHost host = one.Host;
        foreach (string name in (string[])["eth0", "lan0", "wwan0"])
            Ip(host, Cable(name), $"link set {name} up");

        Ip(host, "address add 10.1.0.1/24 dev eth0", "route add default via 10.1.0.254 metric 100", "address add 10.3.0.1/24 dev lan0");
        await using RunningHost running = await RunningHost.StartAsync(host, services => services.AddMptcpEndpoints());
        await BecomeAsync(host, "10.1.0.1 eth0 subflow");
        await Eventually.TrueAsync(() => running.HasLogged("EndpointSkipped", "lan0 has no default route for 10.3.0.1"), "the reason is logged");

        Ip(host, "address add 10.2.0.1/24 dev wwan0");
        await Eventually.TrueAsync(() => running.HasLogged("EndpointSkipped", "wwan0 has no default route"), "the address was seen, and its route is not there yet");
        ListEndpoints(host).Should().Equal("10.1.0.1 eth0 subflow");
        Ip(host, "route add default via 10.2.0.254 dev wwan0 metric 200");
        await BecomeAsync(host, "10.1.0.1 eth0 subflow", "10.2.0.1 wwan0 subflow");

        Ip(host, "route del default via 10.2.0.254 dev wwan0");
        await BecomeAsync(host, "10.1.0.1 eth0 subflow");
        Ip(host, "route del default via 10.1.0.254 dev eth0");
        Ip(host, "address add 10.1.0.2/24 dev eth0");
        await Eventually.TrueAsync(() => running.HasLogged("EndpointSkipped", "eth0 has no default route for 10.1.0.2"), "the host was read again");
        ListEndpoints(host).Should().Equal(["10.1.0.1 eth0 subflow"], "without a better path, connections keep theirs");
    }

    /// <summary>The first host stops without cleaning up, as after a crash: its endpoints stay.</summary>
    [Fact(Timeout = Limit.OfATest)]
    public async Task Endpoints_that_a_crash_has_left_are_taken_over_changed_and_removed()
    {
        using var one = new OneHost();
        LabHost host = one.Host;
        Ip(host, Cable("eth0"), "link set eth0 up", "address add 10.1.0.1/24 dev eth0", "address add 10.1.0.2/24 dev eth0", Cable("wwan0"), "link set wwan0 up", "address add 10.2.0.1/24 dev wwan0");
        await using (RunningHost first = await RunningHost.StartAsync(host, services => services.AddMptcpEndpoints(options => (options.RemoveOnStop, options.AlsoWithoutDefaultRoute) = (false, true))))
            await BecomeAsync(host, "10.1.0.1 eth0 subflow", "10.1.0.2 eth0 subflow", "10.2.0.1 wwan0 subflow");

        Ip(host, "address del 10.1.0.2/24 dev eth0", "link del wwan0", Cable("wwan0"), "link set wwan0 up", "address add 10.2.0.1/24 dev wwan0");
        await using RunningHost second = await RunningHost.StartAsync(host, services => services.AddMptcpEndpoints(options =>
        {
            options.AlsoWithoutDefaultRoute = true;
            options.Interfaces.Metered.Add("eth*");
        }));
        await BecomeAsync(host, "10.1.0.1 eth0 subflow backup", "10.2.0.1 wwan0 subflow");
        second.HasLogged("EndpointAdopted", "10.1.0.2").Should().BeTrue();
        second.HasLogged("EndpointRemoved", "no interface has 10.1.0.2").Should().BeTrue();
        second.HasLogged("EndpointRemoved", "10.2.0.1 has moved to another interface").Should().BeTrue("the modem was plugged in again");

        await second.StopAsync();
        ListEndpoints(host).Should().BeEmpty();
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task An_endpoint_that_another_program_removes_is_added_again_and_its_own_endpoint_with_an_id_of_the_range_stays()
    {
        using var one = new OneHost();
        LabHost host = one.Host;
        Ip(host, Cable("eth0"), "link set eth0 up", "address add 10.1.0.1/24 dev eth0", "route add default via 10.1.0.254");
        var clock = new AdvancedClock();
        await using RunningHost running = await RunningHost.StartAsync(host, services => services.AddSingleton<TimeProvider>(clock).AddMptcpEndpoints());
        await BecomeAsync(host, "10.1.0.1 eth0 subflow");
        Ip(host, "mptcp endpoint flush", "mptcp endpoint add 10.9.0.1 id 230 signal");

        clock.Advance(TimeSpan.FromSeconds(30));
        await BecomeAsync(host, "10.1.0.1 eth0 subflow", "10.9.0.1 - signal");
        await Eventually.TrueAsync(() => running.HasLogged("EndpointRemovedByOther", "10.1.0.1"), "the removal is logged");
        await running.StopAsync();
        ListEndpoints(host).Should().Equal("10.9.0.1 - signal");
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task Of_two_processes_one_keeps_the_endpoints_and_the_other_takes_them_over()
    {
        using var one = new OneHost();
        LabHost host = one.Host;
        Ip(host, Cable("eth0"), "link set eth0 up", "address add 10.1.0.1/24 dev eth0", "route add default via 10.1.0.254");
        await using RunningHost first = await RunningHost.StartAsync(host, services => services.AddMptcpEndpoints());
        await using RunningHost second = await RunningHost.StartAsync(host, services => services.AddMptcpEndpoints(options => options.Interfaces.Metered.Add("eth0")));
        await using RunningHost third = await RunningHost.StartAsync(host, services => services.AddMptcpEndpoints(options => options.Interfaces.Metered.Add("eth0")));
        second.HasLogged("EndpointsKeptElsewhere", "Another process").Should().BeTrue();
        Ip(host, "address add 10.1.0.2/24 dev eth0");
        await BecomeAsync(host, "10.1.0.1 eth0 subflow", "10.1.0.2 eth0 subflow");

        await first.StopAsync();
        await BecomeAsync(host, "10.1.0.1 eth0 subflow backup", "10.1.0.2 eth0 subflow backup");
        first.Logs.Entries.Should().NotContain(entry => entry.Name == "EndpointRemoved", "no path is closed");

        await second.StopAsync();
        await third.StopAsync();
        await BecomeAsync(host);
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task The_same_address_on_two_interfaces_is_used_on_the_one_that_is_ready_and_logged()
    {
        using var one = new OneHost();
        LabHost host = one.Host;
        foreach (string name in (string[])["wwan0", "wwan1"])
            Ip(host, Cable(name), $"link set {name} up", $"address add 192.168.8.100/24 dev {name}");

        Ip(host, "link set veth-wwan0 down");
        await using RunningHost running = await RunningHost.StartAsync(host, services => services.AddMptcpEndpoints(options => options.AlsoWithoutDefaultRoute = true));
        await BecomeAsync(host, "192.168.8.100 wwan1 subflow");

        Ip(host, "link set veth-wwan0 up");
        await Eventually.TrueAsync(() => running.HasLogged("EndpointSkipped", "another interface has 192.168.8.100"), "the other one is logged");
        ListEndpoints(host).Should().Equal("192.168.8.100 wwan1 subflow");
        Ip(host, "link set veth-wwan1 down");
        await BecomeAsync(host, "192.168.8.100 wwan0 subflow");
    }
}
