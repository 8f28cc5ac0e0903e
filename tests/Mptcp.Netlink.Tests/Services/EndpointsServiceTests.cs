using System.Net;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;
using Mptcp.Lab;
using Mptcp.Netlink.Endpoints;
using Mptcp.Netlink.Tests.Support;
using static Mptcp.Netlink.Tests.Support.EndpointsOf;

namespace Mptcp.Netlink.Tests.Services;

/// <summary>
/// Endpoints follow the interfaces of a real host. ip(8) changes the interfaces and shows the endpoints. The kernel enables a carrier with
/// a delay.
/// </summary>
public class EndpointsServiceTests
{
    [Fact(Timeout = Limit.OfATest)]
    public async Task Interfaces_that_appear_change_address_and_go_are_followed()
    {
        using var one = new OneHost();
        LabHost host = one.Host;
        Ip(host, Cable("eth0"), "address add 10.1.0.1/24 dev eth0", "link set eth0 up");
        await using RunningHost running = await RunningHost.StartAsync(host, services => services.AddMptcpEndpoints(o => o.AlsoWithoutDefaultRoute = true));
        await BecomeAsync(host, "10.1.0.1 eth0 subflow");

        Ip(host, Cable("wlan0"), "link set wlan0 up", "address add 10.2.0.1/24 dev wlan0");
        await BecomeAsync(host, "10.1.0.1 eth0 subflow", "10.2.0.1 wlan0 subflow");

        Ip(host, "address del 10.2.0.1/24 dev wlan0", "address add 10.2.0.9/24 dev wlan0", "address add fd00:2::9/64 dev wlan0 nodad");
        await BecomeAsync(host, "10.1.0.1 eth0 subflow", "10.2.0.9 wlan0 subflow", "fd00:2::9 wlan0 subflow");

        Ip(host, "link set eth0 down");
        await BecomeAsync(host, "10.2.0.9 wlan0 subflow", "fd00:2::9 wlan0 subflow");

        Ip(host, "link set eth0 up");
        await BecomeAsync(host, "10.1.0.1 eth0 subflow", "10.2.0.9 wlan0 subflow", "fd00:2::9 wlan0 subflow");

        Ip(host, "link set veth-eth0 down", "address add 10.1.0.2/24 dev eth0", "address add 10.2.0.8/24 dev wlan0");
        await BecomeAsync(host, "10.2.0.9 wlan0 subflow", "10.2.0.8 wlan0 subflow", "fd00:2::9 wlan0 subflow");
        Ip(host, "link set veth-eth0 up", "address del 10.2.0.8/24 dev wlan0");
        await BecomeAsync(host, "10.1.0.1 eth0 subflow", "10.1.0.2 eth0 subflow", "10.2.0.9 wlan0 subflow", "fd00:2::9 wlan0 subflow");
        Ip(host, "address del 10.1.0.2/24 dev eth0");

        Ip(host, "link set wlan0 down", "link set wlan0 name wwan0", "link set wwan0 up");
        await BecomeAsync(host, "10.1.0.1 eth0 subflow", "10.2.0.9 wwan0 subflow", "fd00:2::9 wwan0 subflow");

        Ip(host, "link del wwan0");
        await BecomeAsync(host, "10.1.0.1 eth0 subflow");
        running.HasLogged("EndpointAdded", "10.2.0.9 of wlan0").Should().BeTrue("that was long ago");
        await Eventually.TrueAsync(() => running.HasLogged("EndpointRemoved", "10.2.0.9"), "the removal is logged");

        await running.StopAsync();
        ListEndpoints(host).Should().BeEmpty("added endpoints are removed when the host stops");
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task The_service_leaves_no_endpoint_if_another_service_fails_to_start()
    {
        using var one = new OneHost();
        LabHost host = one.Host;
        Ip(host, Cable("eth0"), "address add 10.1.0.1/24 dev eth0", "link set eth0 up");
        var failing = new FailingService(() => BecomeAsync(host, "10.1.0.1 eth0 subflow"));

        await FluentActions.Awaiting(() => RunningHost.StartAsync(host, services => services.AddMptcpEndpoints(o => o.AlsoWithoutDefaultRoute = true).AddSingleton<IHostedService>(failing)))
            .Should().ThrowAsync<TimeoutException>();

        ListEndpoints(host).Should().BeEmpty();
    }

    sealed class FailingService(Func<Task> waitAsync) : IHostedService
    {
        public async Task StartAsync(CancellationToken cancellationToken)
        {
            await waitAsync();
            throw new TimeoutException("This service does not start.");
        }

        public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_running_transfer_takes_up_a_new_path_and_outlives_the_loss_of_the_old_one()
    {
        using var hosts = new TwoHosts(50, 50);
        LabHost client = hosts.Client;
        IPAddress second = hosts.SecondLink.GetAddress(client);
        client.Execute("ip", "link", "set", hosts.SecondLink.Name, "down");
        await using RunningHost running = await RunningHost.StartAsync(client, services => services.AddMptcpEndpoints(o => o.AcceptedAddresses = 1));
        using Connection connection = await hosts.ConnectAsync(joined: 0);
        Transfer transfer = connection.Start(toServer: true);
        await transfer.MovesOnAsync();

        // Now the second interface appears, with its addresses and routes.
        hosts.SecondLink.Down().Dispose();
        await Eventually.TrueAsync(() => hosts.Server.Read("MPJoinAckRx") == 1, "a subflow joins");
        await Eventually.TrueAsync(
            () => client.Run(() => MptcpConnections.List(new MptcpConnectionFilter { IncludeSubflows = true })).Single().Subflows!
                .Any(subflow => subflow.LocalEndPoint.Address.Equals(second) && subflow.Tcp.BytesSent > 100_000),
            "the new path carries data");

        client.Execute("ip", "link", "set", hosts.FirstLink.Name, "down");
        await transfer.MovesOnAsync();
        await Eventually.TrueAsync(() => ListEndpoints(client).All(endpoint => endpoint.Contains(hosts.SecondLink.Name, StringComparison.Ordinal)), "the endpoints of the first go");
        await transfer.MovesOnAsync();
        await transfer.EndAsync();
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task Endpoints_of_other_programs_are_not_changed()
    {
        using var one = new OneHost();
        LabHost host = one.Host;
        Ip(host, Cable("eth0"), "address add 10.1.0.1/24 dev eth0", "address add 10.1.0.2/24 dev eth0", "address add 10.1.0.3/24 dev eth0", "link set eth0 up");
        Ip(host, "mptcp endpoint add 10.9.9.9 id 40 signal", "mptcp endpoint add 10.1.0.2 dev eth0 id 41 subflow", "mptcp endpoint add 10.1.0.3 id 42 subflow backup");
        await using RunningHost running = await RunningHost.StartAsync(host, services => services.AddMptcpEndpoints(o => o.AlsoWithoutDefaultRoute = true));
        string[] others = ["10.9.9.9 - signal", "10.1.0.2 eth0 subflow", "10.1.0.3 - subflow backup"];
        await BecomeAsync(host, [.. others, "10.1.0.1 eth0 subflow"]);
        await Eventually.TrueAsync(() => running.HasLogged("EndpointTaken", "10.1.0.3"), "the wrong endpoint is logged");
        running.HasLogged("EndpointTaken", "10.1.0.2").Should().BeFalse("this endpoint is right");

        // An endpoint that another program removed and added again belongs to that program.
        string id = Regex.Match(host.Execute("ip", "mptcp", "endpoint", "show"), @"10\.1\.0\.1 id (\d+)").Groups[1].Value;
        Ip(host, $"mptcp endpoint delete id {id}", "mptcp endpoint add 10.1.0.1 dev eth0 id 99 subflow");
        Ip(host, "address add 10.1.0.4/24 dev eth0");
        await BecomeAsync(host, [.. others, "10.1.0.1 eth0 subflow", "10.1.0.4 eth0 subflow"]);

        Ip(host, "link del eth0");
        string[] left = [others[0], others[2], "10.1.0.2 - subflow", "10.1.0.1 - subflow"];
        await BecomeAsync(host, left);
        await running.StopAsync();
        ListEndpoints(host).Should().BeEquivalentTo(left);
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task Eight_addresses_find_room_unmetered_ones_first_and_limits_are_raised_and_never_lowered()
    {
        using var one = new OneHost();
        LabHost host = one.Host;
        Ip(host, "mptcp limits set subflows 3 add_addr_accepted 2", Cable("wwan0"), "link set wwan0 up", "address add 10.9.0.1/24 dev wwan0");
        await using RunningHost running = await RunningHost.StartAsync(host, services => services.AddMptcpEndpoints(o =>
        {
            o.Interfaces.Metered.Add("wwan*");
            o.AcceptedAddresses = 1;
            o.AlsoWithoutDefaultRoute = true;
        }));
        await BecomeAsync(host, "10.9.0.1 wwan0 subflow backup");
        Limits(host).Should().Be("3 2", "they were high enough");

        string[] eight = [.. Enumerable.Range(1, 8).Select(i => $"10.1.0.{i} eth0 subflow")];
        Ip(host, [Cable("eth0"), "link set eth0 up", .. Enumerable.Range(1, 8).Select(i => $"address add 10.1.0.{i}/24 dev eth0")]);
        await BecomeAsync(host, eight);
        await Eventually.TrueAsync(() => running.HasLogged("NoRoom", "10.9.0.1"), "the address without room is logged");
        Limits(host).Should().Be("8 2");

        Ip(host, "address del 10.1.0.8/24 dev eth0");
        await BecomeAsync(host, [.. eight[..7], "10.9.0.1 wwan0 subflow backup"]);
        running.Logs.Entries.Count(entry => entry.Name == "NoRoom" && entry.Text.Contains("10.9.0.1", StringComparison.Ordinal)).Should().Be(1);
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task Options_come_from_the_configuration()
    {
        using var one = new OneHost();
        LabHost host = one.Host;
        foreach (string name in (string[])["eth0", "eth1", "lan0", "docker0"])
            Ip(host, Cable(name), $"link set {name} up");

        Ip(host, "address add 10.1.0.1/24 dev eth0", "address add 10.2.0.1/24 dev eth1", "address add 10.3.0.1/24 dev lan0", "address add 10.4.0.1/24 dev docker0");
        IConfiguration configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Interfaces:Allow:0"] = "eth?",
            ["Interfaces:Allow:1"] = "docker0",
            ["Interfaces:Deny:0"] = "*1",
            ["Interfaces:Metered:0"] = "eth*",
            ["Flags"] = "Subflow, FullMesh",
            ["AlsoWithoutDefaultRoute"] = "true",
            ["RaiseLimits"] = "false",
            ["RemoveOnStop"] = "false",
        }).Build();
        await using RunningHost running = await RunningHost.StartAsync(host, services => services.AddMptcpEndpoints(configuration));
        string[] expected = ["10.4.0.1 docker0 subflow fullmesh", "10.1.0.1 eth0 subflow backup fullmesh"];
        await BecomeAsync(host, expected);
        Limits(host).Should().Be("2 0", "they are not to be raised");

        await running.StopAsync();
        ListEndpoints(host).Should().BeEquivalentTo(expected, "they are not to be removed");
    }

    [Theory(Timeout = Limit.OfATest)]
    [InlineData("Interfaces:Deny:0", " ", "*Interfaces:Deny:0 is empty: write the name*")]
    [InlineData("Interfaces:Metered:0", "wwan 0", "*Interfaces:Metered:0 is 'wwan 0', which matches no name*")]
    [InlineData("Interfaces:Allow:0", "enp0s31f6enp0s31f6*", "*Interfaces:Allow:0 is 'enp0s31f6enp0s31f6*', which matches no name*up to 15*")]
    [InlineData("Rules:0:Metered", "true", "*Rules:0:Match is empty*")]
    [InlineData("Flags", "Backup", "*Subflow, Signal or both*not Backup*")]
    [InlineData("Flags", "Signal, FullMesh", "*not both*")]
    [InlineData("AcceptedAddresses", "65", "*from 0 to 64, not 65*")]
    [InlineData("Interface:Deny:0", "eth0", "*Interface is not a setting. The settings here are Interfaces, Rules, Flags*")]
    [InlineData("Interfaces:Meterd:0", "wwan0", "*Interfaces:Meterd is not a setting. The settings here are Allow, Deny, Metered.*")]
    [InlineData("Interfaces:Metered", "wwan0", "*Interfaces:Metered is 'wwan0', but must be a list. Write \"Metered\": [ … ]*")]
    [InlineData("Interfaces", "eth0", "*Interfaces is 'eth0', but must be an object with the keys Allow, Deny, Metered.*")]
    [InlineData("Rules:0", "wwan0", "*Rules:0 is 'wwan0', but must be an object with the keys Match, *")]
    [InlineData("Rules:0:Matches", "wwan0", "*Rules:0:Matches is not a setting. The settings here are Match, *")]
    [InlineData("FirstRoutingTable", "255", "*FirstRoutingTable must be from 256 to*not 255*")]
    [InlineData("Routing", "7", "*Routing must be Off, Check, Manage, not 7*")]
    [InlineData("Flags:0", "Subflow", "*Flags is a list or an object. Write one value.*")]
    public async Task Wrong_options_keep_the_host_from_starting(string name, string value, string says)
    {
        using var one = new OneHost();
        IConfiguration configuration = new ConfigurationBuilder().AddInMemoryCollection([new(name, value)]).Build();
        Func<Task> start = () => RunningHost.StartAsync(one.Host, services => services.AddMptcpEndpoints(configuration));
        await start.Should().ThrowAsync<OptionsValidationException>().WithMessage(says);
        ListEndpoints(one.Host).Should().BeEmpty();
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_pattern_that_matches_no_interface_yet_is_logged()
    {
        using var one = new OneHost();
        Ip(one.Host, Cable("eth0"));
        await using RunningHost running = await RunningHost.StartAsync(one.Host, services => services.AddMptcpEndpoints(options =>
        {
            options.Interfaces.Allow.Add("eth*");
            options.Interfaces.Metered.Add("wwan*");
            options.Rules.Add(new MptcpEndpointRule { Match = "usb0" });
        }));
        running.HasLogged("PatternUnmatched", "Interfaces:Metered:0 is 'wwan*'").Should().BeTrue();
        running.HasLogged("PatternUnmatched", "Rules:0:Match is 'usb0'").Should().BeTrue();
        running.HasLogged("PatternUnmatched", "Interfaces:Allow").Should().BeFalse();
    }

    [Fact]
    public void Every_option_is_a_setting_of_the_configuration()
    {
        string[] keys =
        [
            .. typeof(MptcpEndpointsOptions).GetProperties().Where(property => property.PropertyType == typeof(string) || property.PropertyType.IsValueType).Select(property => property.Name),
            .. typeof(MptcpInterfaceSelection).GetProperties().Select(property => $"Interfaces:{property.Name}:0"),
            .. typeof(MptcpEndpointRule).GetProperties().Select(property => $"Rules:0:{property.Name}"),
        ];
        IConfiguration configuration = new ConfigurationBuilder().AddInMemoryCollection(keys.Select(key => new KeyValuePair<string, string?>(key, "1"))).Build();
        EndpointsConfiguration.FindProblems(configuration).Should().BeEmpty();
        keys.Should().HaveCountGreaterThan(12);
    }

    [Theory(Timeout = Limit.OfATest)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_service_warns_if_programs_control_the_paths(bool isUserspace)
    {
        using var one = new OneHost();
        if (isUserspace)
            one.Host.UseUserspacePaths();

        await using RunningHost running = await RunningHost.StartAsync(one.Host, services => services.AddMptcpEndpoints(o => o.AlsoWithoutDefaultRoute = true));
        running.HasLogged("EndpointsUnused", "the path manager 'userspace'").Should().Be(isUserspace);
    }

    [Theory(Timeout = Limit.OfATest)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Endpoints_of_a_host_with_MPTCP_turned_off_are_warned_about(bool isEnabled)
    {
        using var one = new OneHost(isEnabled);

        await using RunningHost running = await RunningHost.StartAsync(one.Host, services => services.AddMptcpEndpoints());

        running.HasLogged("MptcpDisabled", "net.mptcp.enabled=1").Should().Be(!isEnabled);
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task Under_churn_additions_wait_until_a_second_has_passed_and_losses_wait_for_nothing()
    {
        using var one = new OneHost();
        LabHost host = one.Host;
        string[] names = ["eth0", "eth1", "eth2"];
        foreach ((int i, string name) in names.Index())
            Ip(host, Cable(name), $"link set {name} up", $"address add 10.{i}.0.1/24 dev {name}");

        var clock = new StoppedClock();
        await using RunningHost running = await RunningHost.StartAsync(host, services => services.AddSingleton<TimeProvider>(clock).AddMptcpEndpoints(o => o.AlsoWithoutDefaultRoute = true));
        await BecomeAsync(host, "10.0.0.1 eth0 subflow", "10.1.0.1 eth1 subflow", "10.2.0.1 eth2 subflow");

        clock.Now = TimeSpan.FromSeconds(0.5);
        for (int i = 0; i < 20; i++)
            Ip(host, Cable($"pod{i}"), $"link set pod{i} up", $"link del pod{i}");

        Ip(host, "address add 10.0.0.2/24 dev eth0", "link set eth1 down");
        await BecomeAsync(host, "10.0.0.1 eth0 subflow", "10.2.0.1 eth2 subflow");

        clock.Now = TimeSpan.FromSeconds(1) - TimeSpan.FromTicks(1);
        Ip(host, "link set eth2 down");
        await BecomeAsync(host, "10.0.0.1 eth0 subflow");

        clock.Now = TimeSpan.FromSeconds(2); // the service may notice the last change only now
        await BecomeAsync(host, "10.0.0.1 eth0 subflow", "10.0.0.2 eth0 subflow");
    }

    [Theory(Timeout = Limit.OfATest)]
    [InlineData("AcceptedAddresses", "many", "*'many' at 'AcceptedAddresses'*")]
    [InlineData("Heal", "sometimes", "*'sometimes' at 'Heal'*")]
    [InlineData("Flags", "Subfow", "*'Subfow' at 'Flags'*")]
    [InlineData("Rules:0:Family", "IPv4", "*'IPv4' at 'Rules:0:Family'*")]
    public async Task A_value_that_cannot_be_converted_keeps_the_host_from_starting(string name, string value, string says)
    {
        using var one = new OneHost();
        IConfiguration configuration = new ConfigurationBuilder().AddInMemoryCollection([new(name, value)]).Build();
        Func<Task> start = () => RunningHost.StartAsync(one.Host, services => services.AddMptcpEndpoints(configuration));
        await start.Should().ThrowAsync<InvalidOperationException>().WithMessage(says);
        ListEndpoints(one.Host).Should().BeEmpty();
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task The_service_is_added_once_and_leaves_no_socket_behind()
    {
        using var one = new OneHost();
        LabHost host = one.Host;
        Ip(host, Cable("eth0"), "address add 10.1.0.1/24 dev eth0", "link set eth0 up");
        int before = CountNetlinkSockets(host); // the sockets of the lab
        await using (RunningHost running = await RunningHost.StartAsync(host, services => services.AddMptcpEndpoints(o => o.AlsoWithoutDefaultRoute = true).AddMptcpEndpoints(o => o.Flags |= MptcpEndpointFlags.Signal)))
        {
            await BecomeAsync(host, "10.1.0.1 eth0 signal subflow");
            CountNetlinkSockets(host).Should().Be(before + 5, "one each for endpoints, events, interfaces, their changes and their losses");
        }

        CountNetlinkSockets(host).Should().Be(before);

        static int CountNetlinkSockets(LabHost host) => host.Run(() => File.ReadLines("/proc/thread-self/net/netlink").Count(line =>
            line.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [_, "0" or "16", var port, ..] && port != "0" && port != "Pid"));
    }
}
