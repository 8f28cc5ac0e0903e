using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Mptcp.Netlink.Policies;
using Mptcp.Netlink.Routing;
using Mptcp.Netlink.Tests.Support;
using Mptcp.Sockets;

namespace Mptcp.Netlink.Tests.Services;

/// <summary>The reactions of the policy: at once after an event, and less and less often after failures.</summary>
public class InterfacesPolicyReactionTests
{
    static readonly TimeSpan s_interval = TimeSpan.FromSeconds(1);

    [Fact(Timeout = Limit.OfATest)]
    public async Task An_event_is_handled_before_the_next_interval()
    {
        using TwoHosts hosts = UserspacePaths.OnTwoHosts(100, 100);
        string second = hosts.SecondLink.Name;
        IPAddress address = hosts.SecondLink.GetAddress(hosts.Client);
        await using RunningHost running = await StartAsync(hosts, interval: TimeSpan.FromDays(1));
        using Connection connection = await hosts.ConnectAsync();

        hosts.Client.Execute("ip", "address", "del", $"{address}/24", "dev", second);
        await Eventually.TrueAsync(() => LocalAddresses(hosts).Length == 1, "the path whose address has gone is closed");
        hosts.Client.Execute("ip", "address", "add", $"{address}/24", "dev", second);
        await Eventually.TrueAsync(() => LocalAddresses(hosts).Contains(address), "there is a path over it again");
        await connection.ExchangeAsync(1000, 1000);
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_derived_policy_can_attach_an_object_to_a_connection()
    {
        using TwoHosts hosts = UserspacePaths.OnTwoHosts(100, 100);
        await using RunningHost running = await RunningHost.StartAsync(hosts.Client, services => services.AddMptcpPathPolicy<Tagging>());
        using Connection connection = await hosts.ConnectAsync();
        await Eventually.TrueAsync(() => LocalAddresses(hosts).Contains(hosts.SecondLink.GetAddress(hosts.Client)), "there is a path over the second link");
        running.Get<MptcpPathPolicy>().Connections.Single().Tag.Should().Be("mine");
        running.Logs.Entries.Should().NotContain(entry => entry.Name == "PolicyFailed");
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_peer_that_denies_its_initial_address_gets_a_path_to_an_announced_one()
    {
        using TwoHosts hosts = UserspacePaths.OnTwoHosts(100, 100);
        hosts.Server.SetSysctl("net.mptcp.allow_join_initial_addr_port", "0");
        IPAddress announced = hosts.SecondLink.GetAddress(hosts.Server);
        await using RunningHost running = await StartAsync(hosts, interval: TimeSpan.FromDays(1));
        using (await hosts.ConnectAsync(joined: 0, IPAddress.Any)) // the policy lists this connection, or learns of it by an event, as of all others
            await KnowsAsync(1);

        await KnowsAsync(0);
        int before = CountOpenings(running.Logs);
        using Connection connection = await hosts.ConnectAsync(joined: 0, IPAddress.Any);
        await KnowsAsync(1);
        bool isDenied = running.Get<MptcpPathPolicy>().Connections.Single().IsInitialAddressDenied;
        if (!isDenied && MptcpCapabilities.Probe().KernelVersion < new Version(6, 18))
            Needs.KernelLacks("that tells of peers that want no further subflows to where a connection began (Linux 6.18).");

        isDenied.Should().BeTrue();

        hosts.Server.Execute("ip", "mptcp", "endpoint", "add", $"{announced}", "signal");
        await Eventually.TrueAsync(() => Subflows(hosts).Any(subflow => subflow.RemoteEndPoint.Address.Equals(announced)), "there is a path to the announced address");
        Subflows(hosts).Should().HaveCount(2);
        CountOpenings(running.Logs).Should().Be(before + 1, "the policy did not try the initial address");
        await connection.ExchangeAsync(1000, 1000);

        Task KnowsAsync(int count) =>
            Eventually.TrueAsync(() => running.Get<MptcpPathPolicy>().Connections.Count == count, $"the policy knows {count} connections");
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_failing_path_is_retried_less_and_less_often()
    {
        using TwoHosts hosts = UserspacePaths.OnTwoHosts(100, 100);
        hosts.Server.SetLimits(subflows: 0, acceptedAddresses: 0); // the server refuses subflows
        await CountAttemptsAsync(hosts);
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_connection_that_the_kernel_manages_is_ignored_after_the_first_refusal()
    {
        using TwoHosts hosts = TwoHosts.WithTwoPaths();
        using PathKernel kernel = hosts.Client.Run(PathKernel.Open);
        var logs = new CollectedLogs();
        var clock = new StoppedClock();
        var options = new MptcpInterfacesPolicyOptions { Interval = s_interval };
        options.Interfaces.Metered.Add(hosts.SecondLink.Name);
        var policy = new MptcpInterfacesPolicy(Options.Create(options), logs, clock);
        var caller = new PolicyCaller(policy, kernel, logs, clock);
        using HostReader reader = hosts.Client.Run(HostReader.Open);
        await caller.ChangeInterfacesAsync([.. reader.ReadInterfaces().Where(network => !network.IsLoopback)], CancellationToken.None);
        using Connection connection = await hosts.ConnectAsync();
        await caller.LookAsync(CancellationToken.None);
        for (int i = 0; i < 9; i++)
        {
            clock.Now += TimeSpan.FromHours(1);
            await caller.MeasureAsync(CancellationToken.None);
        }

        logs.Entries.Where(entry => entry.Name is "ConnectionKernelManaged" or "PathFailed").Select(entry => entry.Name).Should().Equal("ConnectionKernelManaged");
        policy.Connections.Single().IsKernelManaged.Should().BeTrue();
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_connection_that_has_lost_all_paths_is_revived_when_they_work_again()
    {
        Needs.LabFaults();
        using TwoHosts hosts = UserspacePaths.OnTwoHosts(50, 50);
        await using RunningHost running = await StartAsync(hosts, interval: TimeSpan.FromMilliseconds(100));
        using Connection connection = await hosts.ConnectAsync();
        Transfer transfer = connection.Start(toServer: true);
        await transfer.MovesOnAsync();

        using (hosts.FirstLink.ResetTcp())
        using (hosts.SecondLink.ResetTcp())
        {
            await Eventually.TrueAsync(() => LocalAddresses(hosts).Length == 0, "both paths are reset");
            int attempts = CountOpenings(running.Logs);
            await Eventually.TrueAsync(() => CountOpenings(running.Logs) > attempts + 4, "the policy tries again and again");
        }

        await transfer.MovesOnAsync();
        await transfer.EndAsync();
    }

    /// <summary>Each attempt to open a path makes the kernel wait again before it ends the connection.</summary>
    [Fact(Timeout = Limit.OfATest)]
    public async Task A_connection_that_cannot_be_revived_ends_with_an_error()
    {
        Needs.LabFaults();
        using TwoHosts hosts = UserspacePaths.OnTwoHosts(100, 100);
        KeepWithoutPathsFor(hosts, TimeSpan.FromSeconds(1));
        await using RunningHost running = await StartAsync(hosts, interval: TimeSpan.FromMilliseconds(100));
        using Connection connection = await hosts.ConnectAsync();

        using (hosts.FirstLink.ResetTcp())
        using (hosts.SecondLink.ResetTcp())
        {
            await connection.Client.SendAllAsync("y"u8.ToArray());
            Func<Task> receiving = () => connection.Client.ReceiveAsync(new byte[1]).WaitAsync(Limit.OfAWait);
            await receiving.Should().ThrowAsync<SocketException>();
        }
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_connection_without_any_path_is_tried_for_as_long_as_the_kernel_keeps_it()
    {
        Needs.LabFaults();
        var closeTimeout = TimeSpan.FromHours(1); // on the clock of the policy; the kernel's does not come that far
        using TwoHosts hosts = UserspacePaths.OnTwoHosts(100, 100);
        KeepWithoutPathsFor(hosts, closeTimeout);
        using PathKernel kernel = hosts.Client.Run(PathKernel.Open);
        (PolicyCaller caller, StoppedClock clock, CollectedLogs logs, IReadOnlyList<MptcpInterface> interfaces) = await PrepareAsync(hosts, kernel);
        using Connection connection = await hosts.ConnectAsync(joined: 0);
        await caller.LookAsync(CancellationToken.None);
        using (hosts.FirstLink.ResetTcp())
        using (hosts.SecondLink.ResetTcp())
        {
            await connection.Client.SendAllAsync("y"u8.ToArray());
            await Eventually.TrueAsync(() => LocalAddresses(hosts).Length == 0, "the path is reset");
            (await CountAttemptsAfterAsync(TimeSpan.Zero)).Should().Be(2);
            (await CountAttemptsAfterAsync(closeTimeout)).Should().Be(2);
            (await CountAttemptsAfterAsync(TimeSpan.FromTicks(1))).Should().Be(0, "the kernel is to end the connection");
            (await CountAttemptsAfterAsync(TimeSpan.FromDays(1))).Should().Be(0);

            await caller.ChangeInterfacesAsync([.. interfaces, new MptcpInterface(9999, "eth9", [])], CancellationToken.None);
            (await CountAttemptsAfterAsync(TimeSpan.Zero)).Should().Be(2, "the network has changed");
        }

        async Task<int> CountAttemptsAfterAsync(TimeSpan time)
        {
            clock.Now += time;
            await Eventually.TrueAsync(() => Subflows(hosts).Count == 0, "no path is being opened");
            int before = CountOpenings(logs);
            await caller.MeasureAsync(CancellationToken.None);
            return CountOpenings(logs) - before;
        }
    }

    /// <summary>The second link reaches only the server's address on that link.</summary>
    [Fact(Timeout = Limit.OfATest)]
    public async Task Separate_networks_get_a_path_to_the_announced_address_of_each_network()
    {
        Needs.LabFaults();
        using TwoHosts hosts = UserspacePaths.OnTwoHosts(100, 100);
        IPAddress announced = hosts.SecondLink.GetAddress(hosts.Server);
        hosts.Server.Execute("nft", "add table inet separate; add chain inet separate c { type filter hook prerouting priority 0; }; "
            + $"add rule inet separate c iifname {hosts.SecondLink.Name} ip daddr != {announced} drop");
        await using RunningHost running = await StartAsync(hosts, interval: TimeSpan.FromMilliseconds(100));
        using Connection connection = await hosts.ConnectAsync(joined: 0, IPAddress.Any);
        await Eventually.TrueAsync(() => running.HasLogged("PathOpening", hosts.SecondLink.Name), "the initial address is tried");

        hosts.Server.Execute("ip", "mptcp", "endpoint", "add", $"{announced}", "signal");
        await Eventually.TrueAsync(
            () => Subflows(hosts).Any(subflow => subflow.RemoteEndPoint.Address.Equals(announced) && subflow.Tcp.State == TcpState.Established), "there is a path to the announced address");
        await connection.ExchangeAsync(1000, 1000);
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_server_announces_its_addresses_and_withdraws_lost_ones()
    {
        using var hosts = new TwoHosts(100, 100);
        hosts.Client.SetLimits(8, 8);
        hosts.Server.UseUserspacePaths();
        await using RunningHost running = await RunningHost.StartAsync(hosts.Server, services =>
            services.AddMptcpPathPolicy<MptcpInterfacesPolicy>().Configure<MptcpInterfacesPolicyOptions>(options => options.AnnounceAddresses = true));
        using Connection connection = await hosts.ConnectAsync(joined: 1, IPAddress.Any);
        IPAddress announced = hosts.SecondLink.GetAddress(hosts.Server);
        Subflows(hosts).Should().Contain(subflow => subflow.RemoteEndPoint.Address.Equals(announced));

        hosts.Server.Execute("ip", "address", "del", $"{announced}/24", "dev", hosts.SecondLink.Name);
        await Eventually.TrueAsync(() => LocalAddresses(hosts).Length == 1, "the client closes the path to the address that has gone");
        await connection.ExchangeAsync(1000, 1000);
    }

    /// <summary>On most desktops, connections begin from a temporary address. It belongs to its interface as any other.</summary>
    [Fact(Timeout = Limit.OfATest)]
    public async Task A_temporary_address_counts_for_its_interface_and_its_loss_closes_the_path()
    {
        using TwoHosts hosts = UserspacePaths.OnTwoHosts(100, 100);
        string first = hosts.FirstLink.Name;
        hosts.FirstLink.GetInterface(hosts.Client).AddTemporaryAddress();
        await Eventually.TrueAsync(
            () => hosts.Client.Execute("ip", "-6", "address", "show", "dev", first, "temporary", "-tentative").Contains("inet6", StringComparison.Ordinal), "the kernel has checked the address");
        IPAddress temporary = hosts.Client.Run(MptcpHostSnapshot.Take).Interfaces.Single(network => network.Name == first).Addresses.Single(address => address.IsTemporary).Address;
        await using RunningHost running = await RunningHost.StartAsync(hosts.Client, services => services.AddMptcpPathPolicy<MptcpInterfacesPolicy>().Configure<MptcpInterfacesPolicyOptions>(options =>
        {
            options.Interval = TimeSpan.FromMilliseconds(100);
            options.Interfaces.Metered.Add(first);
        }));
        using Socket listener = hosts.Listen(IPAddress.IPv6Any);
        var server = new IPEndPoint(hosts.FirstLink.GetAddress(hosts.Server, AddressFamily.InterNetworkV6), ((IPEndPoint)listener.LocalEndPoint!).Port);
        using var connection = new Connection(
            listener, hosts.Connect(server, new MptcpConnectOptions { RequireMptcpPeer = true, LocalEndPoint = new IPEndPoint(temporary, 0) }), await listener.AcceptAsync());
        await connection.ExchangeAsync(1000, 1000);

        await Eventually.TrueAsync(
            () => Subflows(hosts) is [_, _] both && both.Single(subflow => subflow.LocalEndPoint.Address.Equals(temporary)).Flags.HasFlag(MptcpSubflowFlags.LocalBackup),
            "there is a path over each interface, and the one over the metered interface is a backup");

        hosts.Client.Execute("ip", "address", "del", $"{temporary}/64", "dev", first);
        await Eventually.TrueAsync(() => !LocalAddresses(hosts).Contains(temporary), "its path is closed");
        await connection.ExchangeAsync(1000, 1000);
    }

    /// <summary>Measures just before each attempt is due, and when it is due.</summary>
    static async Task CountAttemptsAsync(TwoHosts hosts)
    {
        using PathKernel kernel = hosts.Client.Run(PathKernel.Open);
        (PolicyCaller caller, StoppedClock clock, CollectedLogs logs, IReadOnlyList<MptcpInterface> interfaces) = await PrepareAsync(hosts, kernel);
        using Connection connection = await hosts.ConnectAsync(joined: 0);
        await caller.LookAsync(CancellationToken.None);
        await MeasureAfterAsync(TimeSpan.Zero);
        int attempts = 1;
        for (; attempts <= 9; attempts++)
        {
            CountOpenings(logs).Should().Be(attempts);
            TimeSpan pause = s_interval * Math.Min(1 << (attempts - 1), 64);
            await MeasureAfterAsync(pause - TimeSpan.FromTicks(1));
            CountOpenings(logs).Should().Be(attempts, "it is not yet time");
            await MeasureAfterAsync(TimeSpan.FromTicks(1));
        }

        // A change of interfaces resets all intervals.
        await caller.ChangeInterfacesAsync([.. interfaces, new MptcpInterface(9999, "eth9", [])], CancellationToken.None);
        await MeasureAfterAsync(TimeSpan.Zero);
        CountOpenings(logs).Should().Be(attempts + 1);
        await MeasureAfterAsync(s_interval);
        CountOpenings(logs).Should().Be(attempts + 2);

        async Task MeasureAfterAsync(TimeSpan time)
        {
            clock.Now += time;
            await Eventually.TrueAsync(() => Subflows(hosts).All(subflow => subflow.Tcp.State == TcpState.Established), "no path is being opened");
            await caller.MeasureAsync(CancellationToken.None);
        }
    }

    /// <summary>Creates a policy that knows the client's interfaces. The test calls it and sets its clock.</summary>
    static async Task<(PolicyCaller Caller, StoppedClock Clock, CollectedLogs Logs, IReadOnlyList<MptcpInterface> Interfaces)> PrepareAsync(TwoHosts hosts, PathKernel kernel)
    {
        var clock = new StoppedClock();
        var logs = new CollectedLogs();
        var options = new MptcpInterfacesPolicyOptions { Interval = s_interval };
        var caller = new PolicyCaller(new MptcpInterfacesPolicy(Options.Create(options), logs, clock), kernel, logs, clock);
        using HostReader reader = hosts.Client.Run(HostReader.Open);
        IReadOnlyList<MptcpInterface> interfaces = [.. reader.ReadInterfaces().Where(network => !network.IsLoopback)];
        await caller.ChangeInterfacesAsync(interfaces, CancellationToken.None);
        return (caller, clock, logs, interfaces);
    }

    static int CountOpenings(CollectedLogs logs) => logs.Entries.Count(entry => entry.Name == "PathOpening");

    static void KeepWithoutPathsFor(TwoHosts hosts, TimeSpan closeTimeout)
    {
        if (MptcpSettings.Read().CloseTimeout is null)
            Needs.KernelLacks("whose time to keep a connection without paths can be set (Linux 6.7).");

        hosts.Client.SetSysctl("net.mptcp.close_timeout", $"{closeTimeout.TotalSeconds}");
    }

    static Task<RunningHost> StartAsync(TwoHosts hosts, TimeSpan interval) => RunningHost.StartAsync(
        hosts.Client, services => services.AddMptcpPathPolicy<MptcpInterfacesPolicy>().Configure<MptcpInterfacesPolicyOptions>(options => options.Interval = interval));

    static IPAddress[] LocalAddresses(TwoHosts hosts) =>
        [.. Subflows(hosts).Where(subflow => subflow.Tcp.State == TcpState.Established).Select(subflow => subflow.LocalEndPoint.Address)];

    static IReadOnlyList<MptcpConnectionSubflow> Subflows(TwoHosts hosts) => hosts.Client.Run(() =>
        MptcpConnections.List(new MptcpConnectionFilter { IncludeSubflows = true }).Single().Subflows ?? []);

    sealed class Tagging(IOptions<MptcpInterfacesPolicyOptions> options, ILoggerFactory loggerFactory) : MptcpInterfacesPolicy(options, loggerFactory)
    {
        public override ValueTask OnConnectionEstablishedAsync(MptcpPathConnection connection, CancellationToken cancellationToken)
        {
            connection.Tag = "mine";
            return base.OnConnectionEstablishedAsync(connection, cancellationToken);
        }
    }
}
