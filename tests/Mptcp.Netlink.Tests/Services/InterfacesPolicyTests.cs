using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Mptcp.Lab;
using Mptcp.Netlink.Tests.Support;
using Mptcp.Sockets;

namespace Mptcp.Netlink.Tests.Services;

/// <summary>The policy of the package, on links that come and go and become slow.</summary>
public class InterfacesPolicyTests
{
    [Fact(Timeout = Limit.OfATest)]
    public async Task A_path_over_each_interface_is_opened_and_follows_the_interfaces()
    {
        using TwoHosts hosts = UserspacePaths.OnTwoHosts(50, 50);
        string second = hosts.SecondLink.Name;
        await using RunningHost running = await StartAsync(hosts, _ => { });
        using Connection connection = await hosts.ConnectAsync();
        Transfer transfer = connection.Start(toServer: true);
        await transfer.MovesOnAsync();
        Paths(hosts).Should().BeEquivalentTo(new[] { (hosts.FirstLink.Name, false), (second, false) });

        IPAddress address = hosts.SecondLink.GetAddress(hosts.Client);
        hosts.Client.Execute("ip", "address", "del", $"{address}/24", "dev", second);
        await Eventually.TrueAsync(() => Paths(hosts) is [_], "the path whose address has gone is closed");
        await transfer.MovesOnAsync();

        hosts.Client.Execute("ip", "address", "add", $"{address}/24", "dev", second);
        await Eventually.TrueAsync(() => Paths(hosts).Length == 2, "there is a path over it again");
        await transfer.EndAsync();
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_path_from_a_unique_local_address_outlives_a_global_one_beside_it()
    {
        using TwoHosts hosts = UserspacePaths.OnTwoHosts(50, 50);
        await using RunningHost running = await StartAsync(hosts, _ => { });
        using Connection connection = await hosts.ConnectAsync(listenAt: IPAddress.IPv6Any);
        IPAddress local = hosts.SecondLink.GetAddress(hosts.Client, AddressFamily.InterNetworkV6);
        await Eventually.TrueAsync(() => Established(hosts).Any(subflow => subflow.LocalEndPoint.Address.Equals(local)), "there is a path from it");

        const string global = "2001:db8:66::1";
        hosts.Client.Execute("ip", "address", "add", $"{global}/64", "dev", hosts.SecondLink.Name, "nodad");
        await Eventually.TrueAsync(
            () => running.Get<MptcpPathPolicy>().Interfaces.Any(network => network.Addresses.Any(address => address.Address.Equals(IPAddress.Parse(global)))), "the policy has seen the new address");

        Established(hosts).Should().Contain(subflow => subflow.LocalEndPoint.Address.Equals(local));
        await connection.ExchangeAsync(100_000, 100_000);
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_metered_interface_is_a_backup_even_if_the_connection_began_on_it()
    {
        using TwoHosts hosts = UserspacePaths.OnTwoHosts(50, 50);
        string metered = hosts.FirstLink.Name, other = hosts.SecondLink.Name;
        await using RunningHost running = await StartAsync(hosts, options => options.Interfaces.Metered.Add(metered));
        using Connection connection = await hosts.ConnectAsync();
        Transfer transfer = connection.Start(toServer: true);
        await Eventually.TrueAsync(() => Paths(hosts) is [_, _] paths && paths.Contains((metered, true)) && paths.Contains((other, false)), "the metered path is the backup");
        long before = hosts.FirstLink.ReadBytesSent(hosts.Client), beforeOther = hosts.SecondLink.ReadBytesSent(hosts.Client);
        await transfer.MovesOnAsync(8 * 1024 * 1024);
        (hosts.SecondLink.ReadBytesSent(hosts.Client) - beforeOther).Should().BeGreaterThan(4 * (hosts.FirstLink.ReadBytesSent(hosts.Client) - before));

        // The only path carries everything.
        hosts.Client.Execute("ip", "link", "set", other, "down");
        await Eventually.TrueAsync(() => Paths(hosts) is [(var left, false)] && left == metered, "only the metered path is left");
        await transfer.MovesOnAsync();
        await transfer.EndAsync();
    }

    /// <summary>The peer would wait for its timer.</summary>
    [Theory(Timeout = Limit.OfATest)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_peer_is_told_of_a_lost_path_over_the_other_one(bool isFirst)
    {
        if (MptcpCapabilities.Probe().KernelVersion < new Version(6, 12))
            Needs.KernelLacks("that withdraws any address of a connection, and over another path: Linux 6.12 of 2026.");

        using TwoHosts hosts = UserspacePaths.OnTwoHosts(50, 50);
        await using RunningHost running = await StartAsync(hosts, _ => { });
        using Connection connection = await hosts.ConnectAsync();
        Transfer download = connection.Start(toServer: false);
        await download.MovesOnAsync();
        hosts.Server.Read("RmAddr").Should().Be(0);

        hosts.Client.Execute("ip", "link", "set", (isFirst ? hosts.FirstLink : hosts.SecondLink).Name, "down");
        await Eventually.TrueAsync(() => hosts.Server.Read("RmAddr") > 0, "the server learns that the address is gone");
        await download.MovesOnAsync();
        await download.EndAsync();
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_path_that_becomes_slow_is_a_backup_until_it_has_recovered()
    {
        using TwoHosts hosts = UserspacePaths.OnTwoHosts(50, 50);
        string slow = hosts.SecondLink.Name;
        await using RunningHost running = await StartAsync(hosts, options =>
        {
            options.SlowAbove = TimeSpan.FromMilliseconds(100);
            options.RecoveredBelow = TimeSpan.FromMilliseconds(90);
            options.RetryAfter = TimeSpan.FromSeconds(1);
        });
        using Connection connection = await hosts.ConnectAsync();
        Transfer transfer = connection.Start(toServer: true);
        await Eventually.TrueAsync(() => Paths(hosts) is [(_, false), (_, false)], "both paths are in use");

        // The kernel gives 64 KiB at a time to a path that has become slow: at this rate they take a second, mostly in the queue.
        Shape(hosts.Client, slow, kilobits: 512, burst: 1600, milliseconds: 2000);
        await Eventually.TrueAsync(() => Paths(hosts).Contains((slow, true)), "the slow path is a backup");
        await Eventually.TrueAsync(() => running.HasLogged("PathRole", "a backup"), "it is logged, after the kernel has done it");
        Paths(hosts).Should().Contain((hosts.FirstLink.Name, false));
        await transfer.MovesOnAsync();

        Shape(hosts.Client, slow, kilobits: 50_000, burst: 30_000, milliseconds: 50);
        await Eventually.TrueAsync(() => Paths(hosts) is [(_, false), (_, false)], "it is in use again");
        await transfer.MovesOnAsync();
        await transfer.EndAsync();
    }

    [Fact]
    public void Invalid_options_are_refused_without_validation_by_a_host()
    {
        Action make = () => _ = new MptcpInterfacesPolicy(Options.Create(new MptcpInterfacesPolicyOptions { Interval = TimeSpan.Zero }), new CollectedLogs());
        make.Should().Throw<ArgumentException>().WithMessage("Interval must be from 1 ms*00:00:00*").WithParameterName("options");
    }

    [Theory]
    [InlineData(0, 200, "SlowAbove must be greater than 0*")]
    [InlineData(100, 200, "*at most SlowAbove*")]
    public async Task Wrong_options_keep_the_host_from_starting(int slow, int recovered, string says)
    {
        using var one = new OneHost();
        Func<Task> start = () => RunningHost.StartAsync(one.Host, services => services.AddMptcpPathPolicy<MptcpInterfacesPolicy>().Configure<MptcpInterfacesPolicyOptions>(options =>
        {
            options.SlowAbove = TimeSpan.FromMilliseconds(slow);
            options.RecoveredBelow = TimeSpan.FromMilliseconds(recovered);
        }));
        await start.Should().ThrowAsync<OptionsValidationException>().WithMessage(says);
    }

    static Task<RunningHost> StartAsync(TwoHosts hosts, Action<MptcpInterfacesPolicyOptions> configure) => RunningHost.StartAsync(
        hosts.Client,
        services => services.AddMptcpPathPolicy<MptcpInterfacesPolicy>().Configure<MptcpInterfacesPolicyOptions>(options =>
        {
            options.Interval = TimeSpan.FromMilliseconds(50);
            configure(options);
        }));

    static void Shape(LabHost host, string device, int kilobits, int burst, int milliseconds) => host.Execute(
        "tc", "qdisc", "replace", "dev", device, "root", "tbf", "rate", string.Create(CultureInfo.InvariantCulture, $"{kilobits}kbit"),
        "burst", burst.ToString(CultureInfo.InvariantCulture), "latency", string.Create(CultureInfo.InvariantCulture, $"{milliseconds}ms"));

    /// <summary>Returns the interface of each path of the only connection, and whether the path is a backup for this host.</summary>
    static (string Interface, bool IsBackup)[] Paths(TwoHosts hosts) =>
    [
        .. Established(hosts).Select(subflow => (
            hosts.FirstLink.GetAddress(hosts.Client).Equals(subflow.LocalEndPoint.Address) ? hosts.FirstLink.Name : hosts.SecondLink.Name,
            subflow.Flags.HasFlag(MptcpSubflowFlags.LocalBackup))),
    ];

    static MptcpConnectionSubflow[] Established(TwoHosts hosts) => hosts.Client.Run(() =>
        MptcpConnections.List(new MptcpConnectionFilter { IncludeSubflows = true }).Single().Subflows!
            .Where(subflow => subflow.Tcp.State == System.Net.NetworkInformation.TcpState.Established)
            .ToArray());
}
