using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Mptcp.Lab;
using Mptcp.Netlink.Tests.Support;
using Mptcp.Sockets;
using static Mptcp.Netlink.Tests.Support.EndpointsOf;

namespace Mptcp.Netlink.Tests.Services;

/// <summary>The interface over which packets from the address of an endpoint leave, as the kernel looks it up.</summary>
public class EndpointsRoutingTests
{
    static readonly string[] s_ofTheKernel = ["proto kernel", "table local", "multicast", "anycast"]; // the kernel adds these with a delay

    [Theory(Timeout = Limit.OfATest)]
    [InlineData("10.2.0.1", "198.51.100.1", "10.2.0.254", "10.2.0.253", "10.1.0.77")]
    [InlineData("2001:db8:2::1", "2001:db8:ffff::1", "2001:db8:2::fe", "2001:db8:2::fd", "2001:db8:1::77")]
    public async Task Packets_leave_by_the_interface_of_their_source_address_while_the_service_manages_routes(string source, string far, string router, string nextRouter, string neighbour)
    {
        using OneHost one = HostWithTwoNetworks();
        LabHost host = one.Host;
        string[] before = Policy(host);
        Leaves(host, source, far).Should().Contain("dev eth0", "this is what makes the rules necessary");

        await using RunningHost running = await RunningHost.StartAsync(host, services => services.AddMptcpEndpoints(Manage));
        Leaves(host, source, far).Should().Contain($"via {router} dev wwan0");
        Leaves(host, source, neighbour).Should().Contain("dev eth0", "neighbours are reached as before");

        string family = source.Contains(':', StringComparison.Ordinal) ? "-6" : "-4";
        Ip(host, $"{family} route replace default via {nextRouter} dev wwan0 metric 200");
        await Eventually.TrueAsync(() => Leaves(host, source, far).Contains($"via {nextRouter} dev wwan0", StringComparison.Ordinal), "the table follows the router");
        await Eventually.TrueAsync(() => !Own(host).Any(line => line.Contains(router, StringComparison.Ordinal)), "the old route goes");
        Ip(host, $"{family} route replace default via {router} dev wwan0 metric 200");
        Ip(host, $"{family} route del default via {router} dev wwan0 metric 200");
        await Eventually.TrueAsync(() => !Own(host).Any(line => line.Contains(source, StringComparison.Ordinal)), "an address whose interface has no default route has no rule");
        Ip(host, $"{family} route add default via {router} dev wwan0 metric 200");
        await Eventually.TrueAsync(() => Leaves(host, source, far).Contains($"via {router} dev wwan0", StringComparison.Ordinal), "it has one again");

        await running.StopAsync();
        Policy(host).Should().BeEquivalentTo(before);
    }

    [Theory(Timeout = Limit.OfATest)]
    [InlineData(MptcpRoutingMode.Off)]
    [InlineData(MptcpRoutingMode.Manage)]
    public async Task Routes_and_rules_that_a_crash_has_left_are_removed_or_taken_over(MptcpRoutingMode next)
    {
        using OneHost one = HostWithTwoNetworks();
        LabHost host = one.Host;
        string[] before = Policy(host);
        await using (RunningHost first = await RunningHost.StartAsync(host, services => services.AddMptcpEndpoints(options =>
        {
            Manage(options);
            options.RemoveOnStop = false;
        })))
            Own(host).Should().HaveCount(4 * 2 + 4, "each of four addresses has two rules and a route");

        string[] left = Own(host);
        left.Should().HaveCount(12, "the crash has left them");
        Ip(host, "route del default dev eth0 table 20054"); // the kernel, or somebody, may have removed some meanwhile
        await using RunningHost second = await RunningHost.StartAsync(host, services => services.AddMptcpEndpoints(options => options.Routing = next));
        Own(host).Should().BeEquivalentTo(next == MptcpRoutingMode.Manage ? left : []);
        await second.StopAsync();
        Policy(host).Should().BeEquivalentTo(before);
    }

    [Theory(Timeout = Limit.OfATest)]
    [InlineData(MptcpRoutingMode.Off, MptcpEndpointFlags.Signal, false)]
    [InlineData(MptcpRoutingMode.Check, MptcpEndpointFlags.Subflow, false)]
    [InlineData(MptcpRoutingMode.Check, MptcpEndpointFlags.Signal, true)]
    [InlineData(MptcpRoutingMode.Manage, MptcpEndpointFlags.Signal, false)]
    public async Task An_announced_address_whose_answers_leave_elsewhere_is_logged(MptcpRoutingMode mode, MptcpEndpointFlags flags, bool isLogged)
    {
        using OneHost one = HostWithTwoNetworks();
        LabHost host = one.Host;
        string[] before = Policy(host);
        await using RunningHost running = await RunningHost.StartAsync(host, services => services.AddMptcpEndpoints(options => (options.Routing, options.Flags) = (mode, flags)));
        running.HasLogged("AnswersLeaveElsewhere", "Answers from 10.2.0.1 of wwan0 leave by eth0").Should().Be(isLogged);
        running.HasLogged("AnswersLeaveElsewhere", "10.1.0.1").Should().BeFalse("its answers leave by its interface");
        (Policy(host).Length > before.Length).Should().Be(mode == MptcpRoutingMode.Manage);
    }

    [Theory(Timeout = Limit.OfATest)]
    [InlineData("route add 203.0.113.0/24 via 10.1.0.254 table 20010")]
    [InlineData("rule add from 10.9.0.1 table 20010")]
    public async Task A_routing_table_of_another_program_keeps_the_host_from_starting(string command)
    {
        using OneHost one = HostWithTwoNetworks();
        Ip(one.Host, command);
        Func<Task> start = () => RunningHost.StartAsync(one.Host, services => services.AddMptcpEndpoints(Manage));
        await start.Should().ThrowAsync<OptionsValidationException>().WithMessage("FirstRoutingTable is 20000, and another program uses the routing table 20010. Choose*");
        Own(one.Host).Should().BeEmpty();

        await using RunningHost running = await RunningHost.StartAsync(one.Host, services => services.AddMptcpEndpoints(options => (options.Routing, options.FirstRoutingTable) = (MptcpRoutingMode.Manage, 20_011)));
        Own(one.Host).Should().NotBeEmpty();
    }

    /// <summary>The router drops answers that arrive on the wrong link, as an access network does.</summary>
    [Theory(Timeout = Limit.OfATest)]
    [InlineData(MptcpRoutingMode.Check)]
    [InlineData(MptcpRoutingMode.Manage)]
    public async Task Clients_get_a_path_to_an_announced_address_only_where_its_answers_leave_by_its_interface(MptcpRoutingMode mode)
    {
        Needs.Mptcp();
        Needs.LabFaults();
        using var network = new LabNetwork();
        LabHost client = network.AddHost("client"), server = network.AddHost("server");
        LabRouter router = network.AddRouter("router");
        network.AddLink("access", client, router);
        LabLink first = network.AddLink("first", router, server), second = network.AddLink("second", router, server);
        UseOrdinaryRoutes(server, router, first, second);
        foreach (string name in (string[])["all", first.GetInterface(router).Name, second.GetInterface(router).Name])
            router.SetSysctl($"net.ipv4.conf.{name}.rp_filter", "1");

        client.SetLimits(8, 8);
        await using RunningHost running = await RunningHost.StartAsync(server, services => services.AddMptcpEndpoints(options => (options.Routing, options.Flags) = (mode, MptcpEndpointFlags.Signal)));
        using Socket listener = server.Run(() => MptcpSocket.Listen(new IPEndPoint(IPAddress.Any, 0)));
        using Socket socket = client.Run(() => MptcpSocket.Connect(
            new IPEndPoint(first.GetAddress(server), ((IPEndPoint)listener.LocalEndPoint!).Port), new MptcpConnectOptions { RequireMptcpPeer = true }));
        using Socket accepted = await listener.AcceptAsync();
        long before = client.ReadRepeatedSyns();
        Transfer transfer = Transfer.Start(accepted, socket);
        await transfer.MovesOnAsync();
        await Eventually.TrueAsync(() => server.Read("MPJoinSynRx") > 0, "the client tries the announced address");
        if (mode == MptcpRoutingMode.Manage)
            await Eventually.TrueAsync(() => server.Read("MPJoinAckRx") == 1, "a path to the announced address joins");
        else
            await Eventually.TrueAsync(() => client.ReadRepeatedSyns() > before, "the client's SYN is not answered, and sent again");

        server.Read("MPJoinAckRx").Should().Be(mode == MptcpRoutingMode.Manage ? 1 : 0);
        running.HasLogged("AnswersLeaveElsewhere", $"{second.GetAddress(server)}").Should().Be(mode == MptcpRoutingMode.Check);
        await transfer.EndAsync();
    }

    /// <summary>
    /// Sets the routes that DHCP sets: a default route on each interface, without rules for source addresses, which the lab adds
    /// otherwise.
    /// </summary>
    static void UseOrdinaryRoutes(LabHost host, LabHost router, params LabLink[] links)
    {
        foreach (string line in host.Execute("ip", "rule", "show").Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.Split(':')[0] is not ("0" or "32766" or "32767") and var priority)
                Ip(host, $"rule del priority {priority}");
        }

        Ip(host, "route flush default");
        foreach ((int i, LabLink link) in links.Index())
            Ip(host, $"route add default via {link.GetAddress(router)} dev {link.GetInterface(host).Name} metric {100 * (i + 1)}");
    }

    static void Manage(MptcpEndpointsOptions options) => options.Routing = MptcpRoutingMode.Manage;

    static OneHost HostWithTwoNetworks()
    {
        var one = new OneHost();
        Ip(one.Host, "-4 rule del priority 1000", "-6 rule del priority 1000"); // the rules of the lab, which would do a part of the work
        foreach ((string name, int number) in (IEnumerable<(string, int)>)[("eth0", 1), ("wwan0", 2)])
        {
            Ip(one.Host, Cable(name), $"link set {name} up", $"address add 10.{number}.0.1/24 dev {name}", $"address add 2001:db8:{number}::1/64 dev {name} nodad");
            Ip(one.Host, $"route add default via 10.{number}.0.254 dev {name} metric {number}00", $"-6 route add default via 2001:db8:{number}::fe dev {name} metric {number}00");
        }

        return one;
    }

    static string Leaves(LabHost host, string from, string to) => host.Execute("ip", "route", "get", to, "from", from);

    /// <summary>Returns the rules and routes of the service, as ip(8) shows them.</summary>
    static string[] Own(LabHost host) => [.. Policy(host).Where(line => line.Contains("proto 222", StringComparison.Ordinal))];

    static string[] Policy(LabHost host) =>
    [
        .. from family in (string[])["-4", "-6"]
           from what in (string[][])[["rule", "show"], ["route", "show", "table", "all"]]
           from line in host.Execute("ip", [family, .. what]).Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
           where !s_ofTheKernel.Any(line.Contains)
           select line,
    ];
}
