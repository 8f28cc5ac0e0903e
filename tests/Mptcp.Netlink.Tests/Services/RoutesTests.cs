using System.Net;
using Mptcp.Lab;

namespace Mptcp.Netlink.Tests.Services;

/// <summary>Routes and rules of endpoints, done once and undone, as ip(8) shows them.</summary>
public class RoutesTests
{
    static readonly MptcpRoutingAction s_rule = new(MptcpEndpointActionKind.Add)
    {
        Rule = new MptcpHostRule(32_001, System.Net.Sockets.AddressFamily.InterNetwork)
        {
            From = IPNetwork.Parse("192.0.2.1/32"),
            Table = 19_803,
            Action = 1,
            Protocol = MptcpEndpointPlan.RoutingProtocol,
        },
    };

    static readonly MptcpRoutingAction s_route = new(MptcpEndpointActionKind.Add)
    {
        Route = new MptcpHostRoute(IPNetwork.Parse("0.0.0.0/0"), 1) { Table = 19_803, Kind = 1, Protocol = MptcpEndpointPlan.RoutingProtocol },
    };

    /// <summary>Bad actions, with a part of the message.</summary>
    static readonly (string Says, MptcpRoutingAction Action)[] s_bad =
    [
        ("only be added or removed", s_route with { Kind = MptcpEndpointActionKind.Keep }),
        ("either a route or a rule", new MptcpRoutingAction(MptcpEndpointActionKind.Add)),
        ("either a route or a rule", s_route with { Rule = s_rule.Rule }),
        ("only default routes", s_route with { Route = new MptcpHostRoute(IPNetwork.Parse("10.0.0.0/8"), 1) { Table = 19_803, Protocol = MptcpEndpointPlan.RoutingProtocol } }),
        ("not the index of a network interface", s_route with { Route = s_route.Route! with { InterfaceIndex = 0 } }),
        ("only unicast routes", s_route with { Route = s_route.Route! with { Kind = 7 } }),
        ("not a look-up in a table", s_rule with { Rule = s_rule.Rule! with { Action = 6 } }),
        ("routing table 0", s_route with { Route = s_route.Route! with { Table = 0 } }),
        ("belong to another program", s_route with { Route = s_route.Route! with { Protocol = 4 } }),
        ("apply to all packets", s_rule with { Rule = s_rule.Rule! with { From = null } }),
        ("not of the family", s_rule with { Rule = s_rule.Rule! with { From = IPNetwork.Parse("::1/128") } }),
        ("priority 0", s_rule with { Rule = s_rule.Rule! with { Priority = 0 } }),
        ("more than their source address", s_rule with { Rule = s_rule.Rule! with { Mark = 1 } }),
        ("routing table 4294967296", s_rule with { Rule = s_rule.Rule! with { Table = 1L << 32 } }),
        ("belong to another program", s_rule with { Rule = s_rule.Rule! with { Protocol = 0 } }),
    ];

    public static TheoryData<int> BadActions => [.. Enumerable.Range(0, s_bad.Length)];

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

    [Theory(Timeout = Limit.OfATest)]
    [MemberData(nameof(BadActions))]
    public void A_plan_with_a_bad_action_changes_nothing(int number)
    {
        (string says, MptcpRoutingAction bad) = s_bad[number];
        using var network = new LabNetwork();
        LabHost host = network.AddHost("host");
        string before = Policy(host);

        host.Invoking(host => host.Run(() => MptcpRoutes.Apply([s_rule, bad]))).Should().Throw<ArgumentException>().WithMessage($"*nothing was changed*{says}*");

        Policy(host).Should().Be(before);
        host.Run(() => MptcpRoutes.Apply([s_rule]));
        Policy(host).Should().NotBe(before, "the first action alone is valid");
    }

    [Fact]
    public void Bad_input_is_refused()
    {
        FluentActions.Invoking(() => MptcpRoutes.Plan(null!)).Should().Throw<ArgumentNullException>();
        FluentActions.Invoking(() => MptcpRoutes.Plan(new MptcpHostSnapshot())).Should().Throw<ArgumentException>().WithMessage("*no MPTCP*");
        FluentActions.Invoking(() => MptcpRoutes.Plan(new MptcpHostSnapshot { Limits = new MptcpLimits(2, 0) })).Should().Throw<ArgumentException>().WithMessage("*CAP_NET_ADMIN*");
        FluentActions.Invoking(() => MptcpRoutes.PlanRemoval(null!)).Should().Throw<ArgumentNullException>();
        FluentActions.Invoking(() => MptcpRoutes.Apply(null!)).Should().Throw<ArgumentNullException>();
        FluentActions.Invoking(() => MptcpRoutes.Apply([null!])).Should().Throw<ArgumentException>();
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
