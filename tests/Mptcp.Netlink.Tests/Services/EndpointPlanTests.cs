using System.Net;
using static Mptcp.Netlink.MptcpEndpointFlags;

namespace Mptcp.Netlink.Tests.Services;

/// <summary>Plans of endpoints, without a kernel.</summary>
public class EndpointPlanTests
{
    static readonly MptcpEndpoint s_own = Endpoint("10.0.0.1", 2, id: 254);

    [Fact]
    public void An_endpoint_that_is_as_it_should_be_is_kept()
    {
        MptcpEndpointPlan plan = Plan([Interface(2, "eth0", "10.0.0.1")], [s_own]);
        Actions(plan).Should().Be("");
        plan.Actions.Should().ContainSingle().Which.Should().Be(new MptcpEndpointAction(MptcpEndpointActionKind.Keep, s_own, MptcpEndpointReason.CarriesPaths));
    }

    [Fact]
    public void An_address_with_a_default_route_is_added_with_an_id_of_the_range()
    {
        MptcpEndpointAction action = Plan([Interface(2, "eth0", "10.0.0.1")], []).Actions.Should().ContainSingle().Subject;
        action.Should().Be(new MptcpEndpointAction(MptcpEndpointActionKind.Add, Endpoint("10.0.0.1", 2, id: 254) with { InterfaceName = "eth0" }, MptcpEndpointReason.CarriesPaths));
        action.ToString().Should().Be("Add 10.0.0.1 (eth0 carries paths from 10.0.0.1)");
    }

    [Fact]
    public void An_address_without_a_default_route_is_not_added_unless_the_options_say_so()
    {
        MptcpInterface network = Interface(2, "eth0", Address("10.0.0.1") with { DefaultRoute = null });
        Plan([network], []).Actions.Single().Should().Match<MptcpEndpointAction>(action =>
            action.Kind == MptcpEndpointActionKind.Skip && action.Reason == MptcpEndpointReason.NoDefaultRoute && action.Explanation == "eth0 has no default route for 10.0.0.1");
        Actions(Plan([network], [], new MptcpEndpointsOptions { AlsoWithoutDefaultRoute = true })).Should().Be("+10.0.0.1");
    }

    [Fact]
    public void An_endpoint_that_loses_its_default_route_or_carrier_is_removed_only_if_there_is_a_better_one()
    {
        MptcpInterface withoutRoute = Interface(2, "eth0", Address("10.0.0.1") with { DefaultRoute = null });
        MptcpInterface withoutCarrier = Interface(2, "eth0", Address("10.0.0.1") with { IsReady = false }) with { HasCarrier = false };
        foreach (MptcpInterface weak in (MptcpInterface[])[withoutRoute, withoutCarrier])
        {
            Actions(Plan([weak], [s_own])).Should().Be("");
            Actions(Plan([weak, Interface(3, "eth1", "2001:db8::1")], [s_own])).Should().Be("+2001:db8::1", "that is no path for its connections");
            Actions(Plan([weak, Interface(3, "eth1", "10.1.0.1")], [s_own])).Should().Be("-10.0.0.1 +10.1.0.1");
        }

        Plan([withoutCarrier], [s_own]).Actions.Single().Reason.Should().Be(MptcpEndpointReason.NoCarrier);
    }

    /// <summary>Linux 6.7 to 6.11 refuse the list of endpoints to an ordinary user.</summary>
    [Fact]
    public void A_host_with_unknown_endpoints_is_planned_as_one_without()
    {
        MptcpNetlinkException.Create("list the endpoints", 1, null).Should().BeOfType<MptcpPrivilegeException>("a snapshot then has no list");
        var host = new MptcpHostSnapshot { Interfaces = [Interface(2, "eth0", "10.0.0.1")], Endpoints = null, Limits = new MptcpLimits(2, 0) };
        Actions(MptcpEndpointPlan.Create(host, new MptcpEndpointsOptions())).Should().Be("+10.0.0.1");
    }

    [Fact]
    public void An_address_that_is_not_ready_is_neither_added_nor_removed()
    {
        MptcpInterface network = Interface(2, "eth0", Address("10.0.0.1") with { IsReady = false });
        Actions(Plan([network, Interface(3, "eth1", "10.1.0.1")], [s_own])).Should().Be("+10.1.0.1");
        Plan([network], []).Actions.Single().Should().Match<MptcpEndpointAction>(action => action.Kind == MptcpEndpointActionKind.Skip && action.Reason == MptcpEndpointReason.NotReady);
    }

    [Fact]
    public void An_endpoint_of_an_interface_that_is_down_or_of_no_interface_is_removed()
    {
        MptcpEndpointPlan down = Plan([Interface(2, "eth0", Address("10.0.0.1") with { IsReady = false, DefaultRoute = null }) with { IsUp = false }], [s_own]);
        down.Actions.Single().Should().Be(new MptcpEndpointAction(MptcpEndpointActionKind.Remove, s_own, MptcpEndpointReason.InterfaceDown));

        MptcpEndpointPlan gone = Plan([new MptcpInterface(2, "eth0", [])], [s_own]);
        gone.Actions.Single().Should().Be(new MptcpEndpointAction(MptcpEndpointActionKind.Remove, s_own, MptcpEndpointReason.AddressGone));
    }

    [Fact]
    public void An_endpoint_that_the_options_no_longer_select_is_removed()
    {
        var options = new MptcpEndpointsOptions();
        options.Interfaces.Deny.Add("eth0");
        Plan([Interface(2, "eth0", "10.0.0.1")], [s_own], options).Actions.Single().Should().Be(
            new MptcpEndpointAction(MptcpEndpointActionKind.Remove, s_own, MptcpEndpointReason.NotSelected));
    }

    [Theory]
    [InlineData(Subflow | Backup, "~10.0.0.1")]
    [InlineData(Subflow | FullMesh, "~10.0.0.1")]
    [InlineData(Signal, "-10.0.0.1 +10.0.0.1")]
    public void Flags_are_changed_where_the_kernel_can(MptcpEndpointFlags flags, string actions) =>
        Actions(Plan([Interface(2, "eth0", "10.0.0.1")], [s_own], new MptcpEndpointsOptions { Flags = flags })).Should().Be(actions);

    [Fact]
    public void A_modem_that_was_plugged_in_again_with_the_same_address_is_recognized()
    {
        MptcpEndpointPlan plan = Plan([Interface(9, "wwan0", "10.0.0.1")], [s_own]);
        Actions(plan).Should().Be("-10.0.0.1 +10.0.0.1");
        plan.Actions[0].Reason.Should().Be(MptcpEndpointReason.Moved);
        plan.Actions[1].Endpoint.Should().Match<MptcpEndpoint>(endpoint => endpoint.InterfaceIndex == 9 && endpoint.Id == 253, "the peer may still hear of the removal of the old id");
    }

    [Fact]
    public void Endpoints_of_other_programs_are_not_changed()
    {
        MptcpEndpoint other = s_own with { Id = 8 };
        Actions(Plan([], [other])).Should().Be("");
        Plan([Interface(2, "eth0", "10.0.0.1")], [other]).Actions.Single().Reason.Should().Be(MptcpEndpointReason.AddedByOther);
        Plan([Interface(3, "eth0", "10.0.0.1")], [other]).Actions.Single().Reason.Should().Be(MptcpEndpointReason.TakenByOther);
        Plan([Interface(2, "eth0", "10.0.0.1")], [other with { Flags = Subflow | Backup }]).Actions.Single().Reason.Should().Be(MptcpEndpointReason.TakenByOther);
    }

    [Fact]
    public void An_endpoint_of_another_program_with_an_id_of_the_range_is_not_changed()
    {
        MptcpHostSnapshot host = Host([Interface(2, "eth0", "10.0.0.1")], [s_own, Endpoint("10.9.0.1", 0, id: 253)]);
        Actions(MptcpEndpointPlan.Create(host, new MptcpEndpointsOptions(), new HashSet<byte> { 253 })).Should().Be("");
        Actions(MptcpEndpointPlan.Create(host, new MptcpEndpointsOptions())).Should().Be("-10.9.0.1", "a crash has left it");
    }

    [Fact]
    public void An_endpoint_that_announces_a_port_is_another_one() =>
        Actions(Plan([Interface(2, "eth0", "10.0.0.1")], [s_own with { Port = 80, Flags = Signal }])).Should().Be("+10.0.0.1");

    [Fact]
    public void An_implicit_endpoint_is_replaced()
    {
        MptcpEndpoint[] existing = [.. Enumerable.Range(1, 8).Select(i => Endpoint($"10.1.0.{i}", 0, (byte)i, i == 8 ? Implicit : Subflow))];
        Actions(Plan([Interface(2, "eth0", "10.1.0.8")], existing)).Should().Be("-10.1.0.8 +10.1.0.8");
        Actions(Plan([Interface(2, "eth0", "10.1.0.9")], existing)).Should().Be("out:10.1.0.9");
    }

    [Fact]
    public void Less_important_endpoints_make_room_for_others()
    {
        var options = new MptcpEndpointsOptions();
        options.Interfaces.Metered.Add("eth0");
        MptcpEndpoint[] existing = [s_own with { Flags = Subflow | Backup }, .. Enumerable.Range(1, 7).Select(i => Endpoint($"10.1.0.{i}", 0, (byte)i))];
        MptcpInterface[] interfaces = [Interface(2, "eth0", "10.0.0.1"), Interface(5, "eth5", "10.0.0.5")];
        Actions(Plan(interfaces, existing, options)).Should().Be("-10.0.0.1 +10.0.0.5");
        Actions(Plan(interfaces, existing, options, maximum: 64)).Should().Be("+10.0.0.5", "newer kernels have room for more");
    }

    [Fact]
    public void Unmetered_interfaces_come_first_then_one_address_of_each_interface_and_family()
    {
        var options = new MptcpEndpointsOptions();
        options.Interfaces.Metered.Add("wwan*");
        MptcpInterface[] interfaces =
        [
            Interface(2, "wwan0", "10.2.0.1"), Interface(3, "eth0", "10.3.0.1", "10.3.0.2", "fd00::3"), Interface(4, "eth1", "10.4.0.1"), Interface(5, "docker0", "172.17.0.1"),
        ];
        Plan(interfaces, [], options).Actions.Where(action => action.Kind == MptcpEndpointActionKind.Add)
            .Select(action => $"{action.Endpoint.Id} {action.Endpoint.Address} {action.Endpoint.Flags}").Should().Equal(
                "254 10.3.0.1 Subflow", "253 fd00::3 Subflow", "252 10.4.0.1 Subflow", "251 10.3.0.2 Subflow", "250 10.2.0.1 Subflow, Backup");
    }

    [Fact]
    public void The_first_rule_that_matches_an_interface_decides_on_its_endpoints()
    {
        var options = new MptcpEndpointsOptions();
        options.Rules.Add(new MptcpEndpointRule { Match = "eth1", Priority = -1, Family = System.Net.Sockets.AddressFamily.InterNetwork });
        options.Rules.Add(new MptcpEndpointRule { Match = "eth*", Flags = Signal });
        options.Rules.Add(new MptcpEndpointRule { Match = "wwan0", Metered = true });
        MptcpInterface[] interfaces = [Interface(2, "eth0", "10.1.0.1"), Interface(3, "eth1", "10.2.0.1", "2001:db8::1"), Interface(4, "wwan0", "10.3.0.1"), Interface(5, "wlan0", "10.4.0.1")];
        Plan(interfaces, [], options).Actions.Where(action => action.Kind == MptcpEndpointActionKind.Add).Select(action => $"{action.Endpoint.Address} {action.Endpoint.Flags}").Should().Equal(
            "10.2.0.1 Subflow", "10.1.0.1 Signal", "10.4.0.1 Subflow", "10.3.0.1 Subflow, Backup");
    }

    [Fact]
    public void Each_endpoint_has_a_table_by_its_id_and_surplus_tables_are_removed()
    {
        var route = new MptcpHostRoute(IPNetwork.Parse("0.0.0.0/0"), 2) { Gateway = IPAddress.Parse("10.0.0.254"), Metric = 100, Table = 254, Kind = 1 };
        MptcpHostSnapshot host = Host([Interface(2, "eth0", Address("10.0.0.1") with { DefaultRoute = route }), Interface(3, "eth1", Address("10.1.0.1") with { DefaultRoute = null })], [s_own]);
        var options = new MptcpEndpointsOptions { Routing = MptcpRoutingMode.Manage, FirstRoutingTable = 1000, AlsoWithoutDefaultRoute = true };
        MptcpEndpointPlan plan = MptcpEndpointPlan.Create(host, options);
        plan.Routing.Select(action => action.ToString()).Should().Equal(
            "Add route default via 10.0.0.254 interface 2 table 1054", "Add rule from 10.0.0.1/32 lookup 254 suppress_prefixlength 0", "Add rule from 10.0.0.1/32 lookup 1054");

        MptcpHostSnapshot done = host with { DefaultRoutes = [plan.Routing[0].Route!], Rules = [plan.Routing[1].Rule!, plan.Routing[2].Rule!] };
        MptcpEndpointPlan.Create(done, options).Routing.Should().BeEmpty();
        MptcpEndpointPlan.Create(done with { Rules = done.Rules.Take(1).ToArray() }, options).Routing.Select(action => action.ToString()).Should().Equal("Add rule from 10.0.0.1/32 lookup 1054");
        MptcpEndpointPlan.Create(done, new MptcpEndpointsOptions { AlsoWithoutDefaultRoute = true }).Routing.Select(action => action.ToString()).Should().Equal(
            "Remove rule from 10.0.0.1/32 lookup 254 suppress_prefixlength 0", "Remove rule from 10.0.0.1/32 lookup 1054", "Remove route default via 10.0.0.254 interface 2 table 1054");
    }

    [Fact]
    public void An_address_of_two_interfaces_is_used_on_the_one_that_is_ready()
    {
        MptcpInterface idle = Interface(2, "wwan0", Address("192.168.8.100") with { IsReady = false }) with { HasCarrier = false };
        MptcpInterface ready = Interface(3, "wwan1", "192.168.8.100");
        Plan([idle, ready], []).Actions.Single().Endpoint.InterfaceIndex.Should().Be(3);

        MptcpEndpointPlan both = Plan([Interface(2, "wwan0", "192.168.8.100"), ready], [Endpoint("192.168.8.100", 3, id: 254)]);
        Actions(both).Should().Be("", "the one that is used stays");
        both.Actions.Single(action => action.Kind == MptcpEndpointActionKind.Skip).Should().Match<MptcpEndpointAction>(
            action => action.Reason == MptcpEndpointReason.AddressShared && action.Endpoint.InterfaceIndex == 2);
    }

    [Theory]
    [InlineData(Subflow, 3, 0, 2, 0, "3 0")]
    [InlineData(Subflow, 3, 2, 2, 0, "5 2")]
    [InlineData(Subflow, 8, 8, 2, 0, "8 8")]
    [InlineData(Subflow, 1, 0, 2, 5, null)]
    [InlineData(Subflow | FullMesh, 2, 0, 2, 0, "8 0")]
    [InlineData(Signal, 1, 0, 0, 0, "8 0")]
    [InlineData(Signal, 0, 3, 0, 0, null)]
    public void Limits_are_raised_as_needed(MptcpEndpointFlags flags, int endpoints, int accepted, int subflowsBefore, int addressesBefore, string? after)
    {
        MptcpHostSnapshot host = Host([.. Enumerable.Range(1, endpoints).Select(i => Interface(i + 1, $"eth{i}", $"10.0.{i}.1"))], []) with
        {
            Limits = new MptcpLimits(subflowsBefore, addressesBefore),
        };
        MptcpLimits? limits = MptcpEndpointPlan.Create(host, new MptcpEndpointsOptions { Flags = flags, AcceptedAddresses = accepted }).Limits;
        (limits is { } set ? $"{set.ExtraSubflows} {set.AcceptedAddresses}" : null).Should().Be(after);
    }

    static MptcpEndpointPlan Plan(MptcpInterface[] interfaces, MptcpEndpoint[] endpoints, MptcpEndpointsOptions? options = null, int maximum = 8) =>
        MptcpEndpointPlan.Create(Host(interfaces, endpoints) with { Maximum = maximum }, options ?? new MptcpEndpointsOptions());

    static MptcpHostSnapshot Host(MptcpInterface[] interfaces, MptcpEndpoint[] endpoints) =>
        new() { Interfaces = interfaces, Endpoints = endpoints, Limits = new MptcpLimits(8, 8) };

    static MptcpEndpoint Endpoint(string address, int interfaceIndex, byte id = 0, MptcpEndpointFlags flags = Subflow) =>
        new(IPAddress.Parse(address), flags) { InterfaceIndex = interfaceIndex, Id = id };

    static MptcpInterface Interface(int index, string name, params string[] addresses) => Interface(index, name, [.. addresses.Select(Address)]);

    static MptcpInterface Interface(int index, string name, params MptcpInterfaceAddress[] addresses) => new(index, name, addresses);

    static MptcpInterfaceAddress Address(string address) =>
        new(IPAddress.Parse(address), IsReady: true) { DefaultRoute = new MptcpHostRoute(IPNetwork.Parse("0.0.0.0/0"), 2) };

    static string Actions(MptcpEndpointPlan plan) => string.Join(' ', plan.Actions.Select(action => action.Kind switch
    {
        MptcpEndpointActionKind.Remove => $"-{action.Endpoint.Address}",
        MptcpEndpointActionKind.Change => $"~{action.Endpoint.Address}",
        MptcpEndpointActionKind.Add => $"+{action.Endpoint.Address}",
        _ => action.Reason == MptcpEndpointReason.NoRoom ? $"out:{action.Endpoint.Address}" : "",
    }).Where(text => text.Length > 0));
}
