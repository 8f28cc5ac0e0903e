using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Mptcp.Lab;
using Mptcp.Netlink.Tests.Support;

namespace Mptcp.Netlink.Tests.Services;

/// <summary>
/// Cases of unused paths that users of multipath-tcp/mptcp_net-next have reported. With the service, all paths are in use at the end.
/// </summary>
public class PublicCasesTests
{
    [Fact(Timeout = Limit.OfATest)]
    public async Task Issue_440_a_subflow_that_was_lost_to_a_reset_is_opened_again()
    {
        await using Case one = await Case.BeginAsync();
        using Connection connection = await one.Hosts.ConnectAsync();
        Transfer transfer = connection.Start(toServer: true);
        using (one.Hosts.SecondLink.ResetTcp())
            await Eventually.TrueAsync(() => !one.IsUsed(one.Second), "the second path is reset");

        await one.HealsAsync(transfer);
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task Issue_497_a_subflow_that_was_refused_at_first_is_opened_later()
    {
        await using Case one = await Case.BeginAsync();
        Connection connection;
        using (one.Hosts.SecondLink.ResetTcp())
        {
            connection = await one.Hosts.ConnectAsync(joined: 0);
            await Eventually.TrueAsync(() => one.Hosts.Client.Read("MPJoinSynTx") > 0, "the kernel tries");
        }

        using (connection)
            await one.HealsAsync(connection.Start(toServer: true));
    }

    /// <summary>The server does not know the port that the NAT gives the idle path next, and resets it.</summary>
    [Fact(Timeout = Limit.OfATest)]
    public async Task Issue_616_a_path_that_an_idle_NAT_has_forgotten_is_opened_again_and_used()
    {
        await using Case one = await Case.BeginAsync(TwoHosts.WithNatOnTheSecondPath(100));
        using Connection connection = await one.Hosts.ConnectAsync(joined: 1);
        await connection.ExchangeAsync(100_000, 100_000);
        one.Hosts.Nat!.ForgetNatConnections();
        Transfer burst = connection.Start(toServer: true);
        await Eventually.TrueAsync(() => !one.IsUsed(one.Second), "the second path dies when it is used next");

        await burst.MovesOnAsync();
        await one.OpensAsync(one.Second);
        await one.AllCarryAsync(burst);
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task Issue_581_traffic_returns_from_the_metered_path_when_the_other_is_back()
    {
        await using Case one = await Case.BeginAsync(isSecondMetered: true);
        using Connection connection = await one.Hosts.ConnectAsync();
        Transfer transfer = connection.Start(toServer: true);
        await transfer.MovesOnAsync();
        using (one.Hosts.FirstLink.Down())
        {
            await Eventually.TrueAsync(() => !one.IsUsed(one.First), "the first path is closed");
            await transfer.MovesOnAsync();
        }

        await Eventually.TrueAsync(() => one.IsUsed(one.First), "the first path is back");
        await transfer.MovesOnAsync(8 * 1024 * 1024);
        long first = one.BytesFrom(one.First), second = one.BytesFrom(one.Second);
        await transfer.MovesOnAsync(8 * 1024 * 1024);
        (one.BytesFrom(one.First) - first).Should().BeGreaterThan(10 * (one.BytesFrom(one.Second) - second), "nearly all traffic is on the first path");
        await transfer.EndAsync();
    }

    [Theory(Timeout = Limit.OfATest)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Issue_612_a_path_is_there_again_after_its_address_was_removed_and_added(bool isFirst)
    {
        await using Case one = await Case.BeginAsync();
        using Connection connection = await one.Hosts.ConnectAsync();
        Transfer transfer = connection.Start(toServer: true);
        (LabLink link, IPAddress address) = isFirst ? (one.Hosts.FirstLink, one.First) : (one.Hosts.SecondLink, one.Second);
        LabInterface network = link.GetInterface(one.Hosts.Client);
        for (int i = 0; i < 2; i++)
        {
            await transfer.MovesOnAsync();
            network.RemoveAddress(address);
            await Eventually.TrueAsync(() => !one.IsUsed(address), "the path is closed");
            await transfer.MovesOnAsync();
            network.AddAddress(address, 24);
            network.AddDefaultRoute(); // as DHCP does, a moment later
            await Eventually.TrueAsync(() => one.IsUsed(address), "the path is there again");
        }

        await one.AllCarryAsync(transfer);
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task Issue_510_a_path_from_an_address_that_is_not_usable_yet_opens_when_it_is()
    {
        await using Case one = await Case.BeginAsync(AddressFamily.InterNetworkV6);
        using Connection connection = await one.Hosts.ConnectAsync(joined: 1, IPAddress.IPv6Any);
        Transfer transfer = connection.Start(toServer: true);
        LabInterface network = one.Hosts.SecondLink.GetInterface(one.Hosts.Client);
        network.RemoveAddress(one.Second);
        await Eventually.TrueAsync(() => !one.IsUsed(one.Second), "the path is closed");
        network.AddAddress(one.Second, 64, detectDuplicates: true);
        network.AddDefaultRoute(AddressFamily.InterNetworkV6);
        await Eventually.TrueAsync(() => one.IsUsed(one.Second), "the path opens when the kernel has checked the address");
        await one.AllCarryAsync(transfer);
    }

    /// <summary>Two hosts with two links, and the service on the client.</summary>
    sealed class Case : IAsyncDisposable
    {
        readonly AdvancedClock _clock;
        readonly RunningHost _running;

        Case(TwoHosts hosts, RunningHost running, AdvancedClock clock, AddressFamily family)
        {
            (Hosts, _running, _clock) = (hosts, running, clock);
            (First, Second) = (hosts.FirstLink.GetAddress(hosts.Client, family), hosts.SecondLink.GetAddress(hosts.Client, family));
        }

        internal TwoHosts Hosts { get; }

        internal IPAddress First { get; }

        internal IPAddress Second { get; }

        internal static Task<Case> BeginAsync(AddressFamily family = AddressFamily.InterNetwork, bool isSecondMetered = false) =>
            BeginAsync(new TwoHosts(100, 100), family, isSecondMetered);

        internal static async Task<Case> BeginAsync(TwoHosts hosts, AddressFamily family = AddressFamily.InterNetwork, bool isSecondMetered = false)
        {
            hosts.Server.SetLimits(8, 8);
            var clock = new AdvancedClock();
            RunningHost running = await RunningHost.StartAsync(hosts.Client, services => services.AddSingleton<TimeProvider>(clock).AddMptcpEndpoints(options =>
            {
                options.Heal = true;
                options.Rules.Add(new MptcpEndpointRule { Match = "*", Family = family });
                if (isSecondMetered)
                    options.Rules.Insert(0, new MptcpEndpointRule { Match = hosts.SecondLink.Name, Family = family, Metered = true });
            }));
            return new Case(hosts, running, clock, family);
        }

        internal bool IsUsed(IPAddress address) => Subflows().Any(subflow => subflow.LocalEndPoint.Address.Equals(address));

        internal long BytesFrom(IPAddress address) => Subflows().Where(subflow => subflow.LocalEndPoint.Address.Equals(address)).Sum(subflow => subflow.Tcp.BytesSent ?? 0);

        internal async Task HealsAsync(Transfer transfer)
        {
            await OpensAsync(Second);
            await AllCarryAsync(transfer);
        }

        /// <summary>The service checks every few seconds, and tries less and less often.</summary>
        internal Task OpensAsync(IPAddress address) => Eventually.TrueAsync(
            () =>
            {
                _clock.Advance(TimeSpan.FromSeconds(5));
                return IsUsed(address);
            },
            $"a path from {address} opens");

        internal async Task AllCarryAsync(Transfer transfer)
        {
            long first = BytesFrom(First), second = BytesFrom(Second);
            await transfer.MovesOnAsync();
            await Eventually.TrueAsync(() => BytesFrom(First) > first && BytesFrom(Second) > second, "both paths carry data");
            await transfer.EndAsync();
        }

        public async ValueTask DisposeAsync()
        {
            await _running.DisposeAsync();
            Hosts.Dispose();
        }

        IEnumerable<MptcpConnectionSubflow> Subflows() =>
            Hosts.Client.Run(() => MptcpConnections.List(new MptcpConnectionFilter { IncludeSubflows = true })).SelectMany(connection => connection.Subflows ?? [])
                .Where(subflow => subflow.Tcp.State == TcpState.Established);
    }
}
