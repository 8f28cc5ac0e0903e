using System.Net;
using System.Net.NetworkInformation;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Mptcp.Netlink.Policies;
using Mptcp.Netlink.Routing;
using Mptcp.Netlink.Tests.Support;
using Mptcp.Sockets;

namespace Mptcp.Netlink.Tests.Services;

/// <summary>When the policy of the package acts: at once where something happens, and ever less often where that fails.</summary>
public class InterfacesPolicyReactionTests
{
    static readonly TimeSpan s_interval = TimeSpan.FromSeconds(1);

    [Fact(Timeout = Limit.OfATest)]
    public async Task What_happens_is_answered_before_the_next_interval()
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
    public async Task A_policy_derived_from_it_keeps_what_it_likes_with_a_connection()
    {
        using TwoHosts hosts = UserspacePaths.OnTwoHosts(100, 100);
        await using RunningHost running = await RunningHost.StartAsync(hosts.Client, services => services.AddMptcpPathPolicy<Tagging>());
        using Connection connection = await hosts.ConnectAsync();
        await Eventually.TrueAsync(() => LocalAddresses(hosts).Contains(hosts.SecondLink.GetAddress(hosts.Client)), "there is a path over the second link");
        running.Get<MptcpPathPolicy>().Connections.Single().Tag.Should().Be("mine");
        running.Logs.Entries.Should().NotContain(entry => entry.Name == "PolicyFailed");
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_peer_that_wants_no_path_to_where_the_connection_began_gets_one_to_what_it_announces()
    {
        using TwoHosts hosts = UserspacePaths.OnTwoHosts(100, 100);
        hosts.Server.SetSysctl("net.mptcp.allow_join_initial_addr_port", "0");
        IPAddress announced = hosts.SecondLink.GetAddress(hosts.Server);
        await using RunningHost running = await StartAsync(hosts, interval: TimeSpan.FromDays(1));
        using Connection connection = await hosts.ConnectAsync(joined: 0, IPAddress.Any);
        await Eventually.TrueAsync(() => running.Get<MptcpPathPolicy>().Connections.Count == 1, "the policy knows the connection");
        bool isDenied = running.Get<MptcpPathPolicy>().Connections.Single().IsInitialAddressDenied;
        if (!isDenied && MptcpCapabilities.Probe().KernelVersion < new Version(6, 18))
            Needs.KernelLacks("that tells of peers that want no further subflows to where a connection began (Linux 6.18).");

        isDenied.Should().BeTrue();

        hosts.Server.Execute("ip", "mptcp", "endpoint", "add", $"{announced}", "signal");
        await Eventually.TrueAsync(() => Subflows(hosts).Any(subflow => subflow.RemoteEndPoint.Address.Equals(announced)), "there is a path to the announced address");
        Subflows(hosts).Should().HaveCount(2);
        running.Logs.Entries.Count(entry => entry.Name == "PathOpening").Should().Be(1, "where the connection began, nothing was tried");
        await connection.ExchangeAsync(1000, 1000);
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_path_that_cannot_be_opened_is_tried_ever_less_often()
    {
        using TwoHosts hosts = UserspacePaths.OnTwoHosts(100, 100);
        hosts.Server.SetLimits(subflows: 0, acceptedAddresses: 0); // it refuses
        await CountAttemptsAsync(hosts, "PathOpening", options => { });
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_path_whose_role_cannot_be_changed_is_tried_ever_less_often()
    {
        using TwoHosts hosts = TwoHosts.WithTwoPaths(); // the kernel's, which it lets nobody change
        await CountAttemptsAsync(hosts, "PathFailed", options => options.Interfaces.Metered.Add(hosts.SecondLink.Name));
    }

    /// <summary>Measures just before each attempt is due, and when it is.</summary>
    static async Task CountAttemptsAsync(TwoHosts hosts, string name, Action<MptcpInterfacesPolicyOptions> configure)
    {
        using PathKernel kernel = hosts.Client.Run(PathKernel.Open);
        var clock = new StoppedClock();
        var logs = new CollectedLogs();
        var options = new MptcpInterfacesPolicyOptions { Interval = s_interval };
        configure(options);
        var caller = new PolicyCaller(new MptcpInterfacesPolicy(Options.Create(options), logs, clock), kernel, logs, clock);
        using HostReader reader = hosts.Client.Run(HostReader.Open);
        IReadOnlyList<MptcpInterface> interfaces = [.. reader.ReadInterfaces().Where(network => !network.IsLoopback)];
        await caller.ChangeInterfacesAsync(interfaces, CancellationToken.None);
        using Connection connection = await hosts.ConnectAsync(joined: name == "PathOpening" ? 0 : 1);
        await caller.LookAsync(CancellationToken.None);
        await MeasureAfterAsync(TimeSpan.Zero);
        int attempts = 1;
        for (; attempts <= 9; attempts++)
        {
            Count().Should().Be(attempts);
            TimeSpan pause = s_interval * Math.Min(1 << (attempts - 1), 64);
            await MeasureAfterAsync(pause - TimeSpan.FromTicks(1));
            Count().Should().Be(attempts, "it is not yet time");
            await MeasureAfterAsync(TimeSpan.FromTicks(1));
        }

        // When interfaces change, nothing is waited for, and all begins anew.
        await caller.ChangeInterfacesAsync([.. interfaces, new MptcpInterface(9999, "eth9", [])], CancellationToken.None);
        await MeasureAfterAsync(TimeSpan.Zero);
        Count().Should().Be(attempts + 1);
        await MeasureAfterAsync(s_interval);
        Count().Should().Be(attempts + 2);

        int Count() => logs.Entries.Count(entry => entry.Name == name);

        async Task MeasureAfterAsync(TimeSpan time)
        {
            clock.Now += time;
            await Eventually.TrueAsync(() => Subflows(hosts).All(subflow => subflow.Tcp.State == TcpState.Established), "no path is being opened");
            await caller.MeasureAsync(CancellationToken.None);
        }
    }

    static Task<RunningHost> StartAsync(TwoHosts hosts, TimeSpan interval) => RunningHost.StartAsync(
        hosts.Client, services => services.AddMptcpPathPolicy<MptcpInterfacesPolicy>().Configure<MptcpInterfacesPolicyOptions>(options => options.Interval = interval));

    static IPAddress[] LocalAddresses(TwoHosts hosts) =>
        [.. Subflows(hosts).Where(subflow => subflow.Tcp.State == TcpState.Established).Select(subflow => subflow.LocalEndPoint.Address)];

    static IReadOnlyList<MptcpConnectionSubflow> Subflows(TwoHosts hosts) => hosts.Client.Run(() =>
        MptcpConnections.List(new MptcpConnectionFilter { IncludeSubflows = true }).Single().Subflows!);

    sealed class Tagging(IOptions<MptcpInterfacesPolicyOptions> options, ILoggerFactory loggerFactory) : MptcpInterfacesPolicy(options, loggerFactory)
    {
        public override ValueTask OnConnectionEstablishedAsync(MptcpPathConnection connection, CancellationToken cancellationToken)
        {
            connection.Tag = "mine";
            return base.OnConnectionEstablishedAsync(connection, cancellationToken);
        }
    }
}
