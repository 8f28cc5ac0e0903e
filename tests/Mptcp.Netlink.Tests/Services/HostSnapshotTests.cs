using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Mptcp.Lab;

namespace Mptcp.Netlink.Tests.Services;

/// <summary>Snapshots of a real host, which ip(8) configures.</summary>
public class HostSnapshotTests
{
    [Fact(Timeout = Limit.OfATest)]
    public void A_snapshot_contains_interfaces_addresses_routes_rules_and_endpoints()
    {
        using var one = new OneHost();
        LabHost host = one.Host;
        Ip(
            host, "link add eth0 type veth peer name peer0", "link set eth0 up", "link set peer0 up", "link add eth1 type veth peer name peer1", "link set eth1 up",
            "address add 10.1.0.1/24 dev eth0", "address add 10.2.0.1/24 dev eth1", "address add 2001:db8:1::1/64 dev eth0 nodad",
            "route add default via 10.1.0.254 dev eth0 metric 100 proto dhcp", "rule add pref 77 from 10.1.0.1 table 42", "rule add not to 10.9.0.0/16 fwmark 7 table main suppress_prefixlength 0 pref 78",
            "mptcp endpoint add 10.1.0.1 dev eth0 id 7 subflow", "mptcp limits set subflows 3 add_addr_accepted 1");

        MptcpHostSnapshot snapshot = host.Run(MptcpHostSnapshot.Take);

        MptcpInterface eth0 = snapshot.Interfaces.Single(network => network.Name == "eth0"), eth1 = snapshot.Interfaces.Single(network => network.Name == "eth1");
        (eth0.IsUp, eth0.HasCarrier, eth1.IsUp, eth1.HasCarrier).Should().Be((true, true, true, false));
        snapshot.Interfaces.Single(network => network.IsLoopback).Name.Should().Be("lo");
        var route = new MptcpHostRoute(IPNetwork.Parse("0.0.0.0/0"), eth0.Index) { Gateway = IPAddress.Parse("10.1.0.254"), Metric = 100, Table = 254, Protocol = 16, Kind = 1 };
        eth0.Addresses[0].Should().Be(new MptcpInterfaceAddress(IPAddress.Parse("10.1.0.1"), IsReady: true) { PrefixLength = 24, DefaultRoute = route, ReplyRoute = route });
        eth0.Addresses.Single(address => address.Address.IsIPv6LinkLocal).CarriesPaths.Should().BeFalse();
        eth1.Addresses[0].DefaultRoute.Should().BeNull();
        snapshot.DefaultRoutes.Should().Equal(eth0.Addresses[0].DefaultRoute!);
        snapshot.Rules.Single(rule => rule.Priority == 77).Should().Be(new MptcpHostRule(77, AddressFamily.InterNetwork) { From = IPNetwork.Parse("10.1.0.1/32"), Table = 42, Action = 1 });
        snapshot.Rules.Should().Contain(rule => rule.Priority == 78 && rule.IsInverted && rule.To == IPNetwork.Parse("10.9.0.0/16") && rule.Mark == 7 && rule.SuppressedPrefixLength == 0);
        snapshot.Endpoints.Should().ContainSingle().Which.Id.Should().Be(7);
        snapshot.Limits.Should().Be(new MptcpLimits(3, 1));
        snapshot.Maximum.Should().BeOneOf(8, 64);
        snapshot.Settings.PathManager.Should().Be("kernel");
    }

    [Fact(Timeout = Limit.OfATest)]
    public void A_snapshot_is_the_same_after_a_round_trip_through_JSON()
    {
        using var one = new OneHost();
        Ip(one.Host, "link add eth0 type veth peer name peer0", "link set eth0 up", "link set peer0 up", "address add 10.1.0.1/24 dev eth0", "route add default via 10.1.0.254", "mptcp endpoint add 10.1.0.1 dev eth0 subflow backup");
        MptcpHostSnapshot snapshot = one.Host.Run(MptcpHostSnapshot.Take);

        string json = snapshot.ToJson();
        json.Should().Contain("\"10.1.0.1\"").And.Contain("\"Subflow, Backup\"");
        MptcpHostSnapshot.FromJson(json).Should().BeEquivalentTo(snapshot, options => options.ComparingRecordsByMembers());
        MptcpHostSnapshot.FromJson(json).ToJson().Should().Be(json);
        FluentActions.Invoking(() => MptcpHostSnapshot.FromJson("null")).Should().Throw<JsonException>();
        FluentActions.Invoking(() => MptcpHostSnapshot.FromJson("{}")).Should().Throw<JsonException>().WithMessage("*not a snapshot*");
        FluentActions.Invoking(() => MptcpHostSnapshot.FromJson(json.Replace("\"format\": 1", "\"format\": 2", StringComparison.Ordinal)))
            .Should().Throw<JsonException>().WithMessage("*it has format 2, and this version of Mptcp.Netlink reads format 1*");
        FluentActions.Invoking(() => MptcpHostSnapshot.FromJson(json.Replace("10.1.0.1", "nonsense", StringComparison.Ordinal))).Should().Throw<JsonException>();
    }

    /// <summary>Each default route has another metric, so a look-up without the interface would find only the first one.</summary>
    [Theory(Timeout = Limit.OfATest)]
    [InlineData("10.1.0.1/24", "10.2.0.1/24", "10.1.0.254", "10.2.0.254", "")]
    [InlineData("2001:db8:1::1/64", "2001:db8:2::1/64", "2001:db8:1::fe", "2001:db8:2::fe", " nodad")]
    public void A_default_route_is_found_by_the_interface_and_by_rules(string first, string second, string firstRouter, string secondRouter, string options)
    {
        using var one = new OneHost();
        LabHost host = one.Host;
        foreach (string name in (string[])["eth0", "eth1"])
            Ip(host, $"link add {name} type veth peer name peer-{name}", $"link set {name} up", $"link set peer-{name} up");

        Ip(host, $"address add {first} dev eth0{options}", $"address add {second} dev eth1{options}");
        RoutersOf(host).Should().Equal(null, null);
        Ip(host, $"route add default via {firstRouter} dev eth0 metric 100");
        RoutersOf(host).Should().Equal(firstRouter, null);
        Ip(host, $"route add default via {secondRouter} dev eth1 metric 200");
        RoutersOf(host).Should().Equal(firstRouter, secondRouter);
        string family = first.Contains(':', StringComparison.Ordinal) ? "-6 " : "";
        Ip(host, $"{family}rule add pref 50 from {second.Split('/')[0]} table 77", $"{family}route add unreachable default table 77");
        RoutersOf(host).Should().Equal(firstRouter, null);
        Ip(host, $"{family}route del unreachable default table 77", $"{family}route del default via {secondRouter} dev eth1", $"{family}route add default via {secondRouter} dev eth1 table 77");
        RoutersOf(host).Should().Equal(firstRouter, secondRouter);
    }

    static string?[] RoutersOf(LabHost host) =>
    [
        .. host.Run(MptcpHostSnapshot.Take).Interfaces.Where(network => network.Name is "eth0" or "eth1")
            .Select(network => network.Addresses.First(address => !address.Address.IsIPv6LinkLocal).DefaultRoute?.Gateway?.ToString()),
    ];

    static void Ip(LabHost host, params string[] commands)
    {
        foreach (string command in commands)
            host.Execute("ip", command.Split(' ', StringSplitOptions.RemoveEmptyEntries));
    }
}
