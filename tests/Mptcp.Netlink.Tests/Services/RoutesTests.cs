using System.Net;
using Mptcp.Lab;

namespace Mptcp.Netlink.Tests.Services;

/// <summary>Routes and rules of endpoints, done once and undone, as ip(8) shows them.</summary>
public class RoutesTests
{
    [Fact(Timeout = Limit.OfATest)]
    public void Packets_from_an_endpoint_leave_by_its_interface_until_the_routes_are_removed()
    {
        Needs.Mptcp();
        using LabNetwork network = TwoUplinks(out LabHost host, out IPAddress address);
        string before = Policy(host);
        Leaves(host, address).Should().NotContain("dev second", "this is what makes the rules necessary");
        host.Execute("ip", "mptcp", "endpoint", "add", $"{address}", "dev", "second", "signal", "id", "3");

        host.Run(() => MptcpRoutes.Apply(MptcpRoutes.Plan(MptcpHostSnapshot.Take())));

        Leaves(host, address).Should().Contain("dev second");
        host.Execute("ip", "route", "show", "table", "19803").Should().Contain("default via").And.Contain("proto 222");
        host.Run(() => MptcpRoutes.Plan(MptcpHostSnapshot.Take())).Should().BeEmpty("everything is done");

        host.Execute("ip", "mptcp", "endpoint", "flush");
        host.Run(() => MptcpRoutes.Apply(MptcpRoutes.Plan(MptcpHostSnapshot.Take())));
        Policy(host).Should().Be(before, "the endpoint is gone, and its routes with it");

        host.Execute("ip", "mptcp", "endpoint", "add", $"{address}", "signal");
        host.Run(() => MptcpRoutes.Apply(MptcpRoutes.Plan(MptcpHostSnapshot.Take())));
        Leaves(host, address).Should().Contain("dev second", "an endpoint needs no device");
        host.Run(() => MptcpRoutes.Apply(MptcpRoutes.PlanRemoval(MptcpHostSnapshot.Take())));
        Policy(host).Should().Be(before);
    }

    [Fact(Timeout = Limit.OfATest)]
    public void The_commands_of_a_plan_do_what_it_does()
    {
        Needs.Mptcp();
        using LabNetwork network = TwoUplinks(out LabHost host, out IPAddress address);
        string before = Policy(host);
        IPAddress ipv6 = network.Links[1].GetAddress(host, System.Net.Sockets.AddressFamily.InterNetworkV6);
        host.Execute("ip", "mptcp", "endpoint", "add", $"{address}", "dev", "second", "signal");
        host.Execute("ip", "mptcp", "endpoint", "add", $"{ipv6}", "dev", "second", "signal");
        host.Run(() => MptcpRoutes.Apply(MptcpRoutes.Plan(MptcpHostSnapshot.Take())));
        string applied = Policy(host);
        host.Run(() => MptcpRoutes.Apply(MptcpRoutes.PlanRemoval(MptcpHostSnapshot.Take())));
        Policy(host).Should().Be(before);

        Run(host.Run(() => MptcpRoutes.Plan(MptcpHostSnapshot.Take())));
        Policy(host).Should().Be(applied);

        Run(host.Run(() => MptcpRoutes.PlanRemoval(MptcpHostSnapshot.Take())));
        Policy(host).Should().Be(before);

        void Run(IEnumerable<MptcpRoutingAction> plan) => host.Execute("sh", "-exc", string.Join("\n", plan.Select(action => action.Command)));
    }

    [Fact(Timeout = Limit.OfATest)]
    public void A_table_of_another_program_is_not_touched()
    {
        Needs.Mptcp();
        using LabNetwork network = TwoUplinks(out LabHost host, out IPAddress address);
        host.Execute("ip", "mptcp", "endpoint", "add", $"{address}", "dev", "second", "signal", "id", "3");
        host.Execute("ip", "route", "add", "default", "dev", "first", "table", "19803");

        host.Invoking(host => host.Run(() => MptcpRoutes.Plan(MptcpHostSnapshot.Take()))).Should().Throw<InvalidOperationException>().WithMessage("*19803*");
    }

    [Fact]
    public void Bad_input_is_refused()
    {
        FluentActions.Invoking(() => MptcpRoutes.Plan(null!)).Should().Throw<ArgumentNullException>();
        FluentActions.Invoking(() => MptcpRoutes.Plan(new MptcpHostSnapshot())).Should().Throw<ArgumentException>("the endpoints are unknown");
        FluentActions.Invoking(() => MptcpRoutes.PlanRemoval(null!)).Should().Throw<ArgumentNullException>();
        FluentActions.Invoking(() => MptcpRoutes.Apply(null!)).Should().Throw<ArgumentNullException>();
    }

    /// <summary>A host with a default route over each of two links, the second with a higher metric, as DHCP leaves it.</summary>
    static LabNetwork TwoUplinks(out LabHost host, out IPAddress address)
    {
        var network = new LabNetwork();
        host = network.AddHost("host");
        LabHost router = network.AddHost("router");
        LabLink first = network.AddLink("first", host, router), second = network.AddLink("second", host, router);
        address = second.GetAddress(host);

        // The lab's rules would do a part of the work.
        host.Execute("sh", "-ec", "for family in -4 -6; do ip $family route flush default; "
            + "for pref in $(ip $family rule | sed -n 's/^\\(1[0-9][0-9][0-9]\\):.*/\\1/p'); do ip $family rule del pref $pref; done; done");
        foreach ((int i, LabLink link) in new[] { first, second }.Index())
        {
            host.Execute("ip", "route", "add", "default", "via", $"{link.GetAddress(router)}", "dev", link.Name, "metric", $"{100 * (i + 1)}");
            host.Execute("ip", "-6", "route", "add", "default", "via", $"{link.GetAddress(router, System.Net.Sockets.AddressFamily.InterNetworkV6)}", "dev", link.Name, "metric", $"{100 * (i + 1)}");
        }

        return network;
    }

    static string Policy(LabHost host) => string.Concat(
        host.Execute("ip", "-4", "rule"), host.Execute("ip", "-6", "rule"), host.Execute("ip", "-4", "route", "show", "table", "all", "proto", "222"), host.Execute("ip", "-6", "route", "show", "table", "all", "proto", "222"));

    static string Leaves(LabHost host, IPAddress source) => host.Execute("ip", "route", "get", "198.51.100.1", "from", $"{source}");
}
