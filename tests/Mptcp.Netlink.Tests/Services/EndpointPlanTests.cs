using System.Net;
using Mptcp.Netlink.Endpoints;
using static Mptcp.Netlink.MptcpEndpointFlags;

namespace Mptcp.Netlink.Tests.Services;

/// <summary>What is to be done about endpoints, without a kernel.</summary>
public class EndpointPlanTests
{
    static readonly MptcpEndpoint s_mine = Endpoint("10.0.0.1", 2, id: 7);

    [Fact]
    public void What_is_as_it_should_be_is_left()
    {
        EndpointPlan plan = EndpointPlan.Make([new(Endpoint("10.0.0.1", 2), IsReady: true)], [s_mine], [s_mine]);
        Actions(plan).Should().Be("");
        plan.Kept.Should().Equal(s_mine);
    }

    [Fact]
    public void What_is_not_ready_is_not_added_and_not_removed_either()
    {
        Actions(EndpointPlan.Make([new(Endpoint("10.0.0.1", 2), IsReady: false)], [s_mine], [s_mine])).Should().Be("");
        Actions(EndpointPlan.Make([new(Endpoint("10.0.0.2", 2), IsReady: false)], [], [])).Should().Be("");
    }

    [Fact]
    public void Own_ones_that_nobody_wants_are_removed_and_those_of_others_are_not() =>
        Actions(EndpointPlan.Make([], [s_mine, Endpoint("10.0.0.9", 0, id: 9)], [s_mine])).Should().Be("-10.0.0.1");

    [Theory]
    [InlineData(Subflow | Backup, "~10.0.0.1")]
    [InlineData(Subflow | FullMesh, "~10.0.0.1")]
    [InlineData(Signal, "-10.0.0.1 +10.0.0.1")]
    public void Flags_are_changed_where_the_kernel_can(MptcpEndpointFlags flags, string actions) =>
        Actions(EndpointPlan.Make([new(Endpoint("10.0.0.1", 2, flags: flags), IsReady: true)], [s_mine], [s_mine])).Should().Be(actions);

    [Fact]
    public void An_address_that_has_moved_to_another_interface_is_removed_there_first() =>
        Actions(EndpointPlan.Make([new(Endpoint("10.0.0.1", 3), IsReady: true)], [s_mine], [s_mine])).Should().Be("-10.0.0.1 +10.0.0.1");

    [Fact]
    public void What_was_added_again_by_somebody_else_is_his()
    {
        MptcpEndpoint his = s_mine with { Id = 8 };
        Actions(EndpointPlan.Make([], [his], [s_mine])).Should().Be("");
        Actions(EndpointPlan.Make([new(Endpoint("10.0.0.1", 2), IsReady: true)], [his], [s_mine])).Should().Be("", "it is just what is wanted");
        Actions(EndpointPlan.Make([new(Endpoint("10.0.0.1", 3), IsReady: true)], [his], [s_mine])).Should().Be("taken:10.0.0.1");
    }

    [Fact]
    public void An_endpoint_to_announce_a_port_is_another_one() =>
        Actions(EndpointPlan.Make([new(Endpoint("10.0.0.1", 2), IsReady: true)], [s_mine with { Port = 80, Flags = Signal }], [])).Should().Be("+10.0.0.1");

    [Fact]
    public void What_the_kernel_has_made_by_itself_gives_way()
    {
        MptcpEndpoint[] existing = [.. Enumerable.Range(1, 8).Select(i => Endpoint($"10.1.0.{i}", 0, (byte)i, i == 8 ? Implicit : Subflow))];
        Actions(EndpointPlan.Make([new(Endpoint("10.1.0.8", 2), IsReady: true)], existing, [])).Should().Be("+10.1.0.8");
        Actions(EndpointPlan.Make([new(Endpoint("10.1.0.9", 2), IsReady: true)], existing, [])).Should().Be("out:10.1.0.9");
    }

    [Fact]
    public void Where_room_is_scarce_the_less_important_go()
    {
        MptcpEndpoint[] existing = [s_mine, .. Enumerable.Range(1, 7).Select(i => Endpoint($"10.1.0.{i}", 0, (byte)i))];
        WantedEndpoint[] wanted = [new(Endpoint("10.0.0.5", 5), IsReady: true), new(Endpoint("10.0.0.1", 2), IsReady: true)];
        Actions(EndpointPlan.Make(wanted, existing, [s_mine])).Should().Be("-10.0.0.1 +10.0.0.5 out:10.0.0.1");
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
        WantedEndpoint.From(interfaces, options).Select(want => $"{want.Endpoint.Address} {want.Endpoint.Flags}").Should().Equal(
            "10.3.0.1 Subflow", "fd00::3 Subflow", "10.4.0.1 Subflow", "10.3.0.2 Subflow", "10.2.0.1 Subflow, Backup");
    }

    [Theory]
    [InlineData(Subflow, 3, 0, 2, 0, "3 0")]
    [InlineData(Subflow, 3, 2, 2, 0, "5 2")]
    [InlineData(Subflow, 8, 8, 2, 0, "8 8")]
    [InlineData(Subflow, 1, 0, 2, 5, "2 5")]
    [InlineData(Subflow | FullMesh, 2, 0, 2, 0, "8 0")]
    [InlineData(Signal, 1, 0, 0, 0, "8 0")]
    [InlineData(Signal, 0, 3, 0, 0, "0 0")]
    public void Limits_are_raised_as_needed(MptcpEndpointFlags flags, int endpoints, int accepted, int subflowsBefore, int addressesBefore, string after)
    {
        MptcpLimits limits = EndpointPlan.Raise(
            new MptcpLimits(subflowsBefore, addressesBefore), endpoints, new MptcpEndpointsOptions { Flags = flags, AcceptedAddresses = accepted });
        $"{limits.ExtraSubflows} {limits.AcceptedAddresses}".Should().Be(after);
    }

    static MptcpEndpoint Endpoint(string address, int interfaceIndex, byte id = 0, MptcpEndpointFlags flags = Subflow) =>
        new(IPAddress.Parse(address), flags) { InterfaceIndex = interfaceIndex, Id = id };

    static MptcpInterface Interface(int index, string name, params string[] addresses) =>
        new(index, name, [.. addresses.Select(address => new MptcpInterfaceAddress(IPAddress.Parse(address), IsReady: true))]);

    static string Actions(EndpointPlan plan) => string.Join(' ', (string[])
    [
        .. plan.Remove.Select(endpoint => $"-{endpoint.Address}"),
        .. plan.Change.Select(endpoint => $"~{endpoint.Address}"),
        .. plan.Add.Select(endpoint => $"+{endpoint.Address}"),
        .. plan.Taken.Select(endpoint => $"taken:{endpoint.Address}"),
        .. plan.LeftOut.Select(endpoint => $"out:{endpoint.Address}"),
    ]);
}
