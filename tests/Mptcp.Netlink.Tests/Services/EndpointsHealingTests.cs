using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Mptcp.Netlink.Tests.Support;
using Mptcp.Sockets;

namespace Mptcp.Netlink.Tests.Services;

/// <summary>Paths that the kernel's path manager would never reopen, and announcements that it does not accept.</summary>
public class EndpointsHealingTests
{
    [Theory(Timeout = Limit.OfATest)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_path_that_was_reset_is_opened_again_only_with_healing(bool heal)
    {
        Needs.LabFaults();
        using var hosts = new TwoHosts(100, 100);
        hosts.Server.SetLimits(8, 8);
        var clock = new AdvancedClock();
        await using RunningHost running = await RunningHost.StartAsync(hosts.Client, services => services.AddSingleton<TimeProvider>(clock).AddMptcpEndpoints(options => options.Heal = heal));
        using Connection connection = await hosts.ConnectAsync(joined: 1);
        IPAddress second = hosts.SecondLink.GetAddress(hosts.Client);
        Transfer transfer = connection.Start(toServer: true);
        using (hosts.SecondLink.ResetTcp())
            await Eventually.TrueAsync(() => !LocalAddresses(hosts).Contains(second), "the second path is reset");

        await transfer.MovesOnAsync();
        LocalAddresses(hosts).Should().NotContain(second);
        for (int i = 0; i < 3; i++)
        {
            clock.Advance(TimeSpan.FromSeconds(20));
            await transfer.MovesOnAsync();
        }

        if (heal)
        {
            await Eventually.TrueAsync(() => LocalAddresses(hosts).Contains(second), "it is opened again");
            await Eventually.TrueAsync(() => running.HasLogged("EndpointRenewed", $"{second}"), "the renewal is logged");
        }
        else
        {
            LocalAddresses(hosts).Should().NotContain(second, "the kernel never tries again");
        }

        running.Logs.Entries.Should().NotContain(entry => entry.Name == "EndpointRenewed" && !entry.Text.Contains($"{second}", StringComparison.Ordinal), "the first path works");
        await transfer.EndAsync();
    }

    /// <summary>All ports of the second address are taken when the connection begins.</summary>
    [Fact(Timeout = Limit.OfATest)]
    public async Task A_path_whose_address_could_not_be_bound_is_opened_within_a_second_of_its_failure()
    {
        using var hosts = new TwoHosts(null, null);
        hosts.Server.SetLimits(8, 8);
        hosts.Client.SetSysctl("net.ipv4.ip_local_port_range", "40000 40003");
        IPAddress second = hosts.SecondLink.GetAddress(hosts.Client);
        var clock = new AdvancedClock();
        await using RunningHost running = await RunningHost.StartAsync(
            hosts.Client, services => services.AddSingleton<TimeProvider>(clock).AddMptcpEndpoints(options => options.Heal = true));
        Socket[] taken = [.. Enumerable.Range(40000, 4).Select(port => hosts.Client.Run(() => Occupy(new IPEndPoint(second, port))))];
        using Socket listener = hosts.Listen();
        var client = new IPEndPoint(hosts.FirstLink.GetAddress(hosts.Client), 50_000);
        Socket socket = hosts.Connect(listener.LocalEndPoint!, new MptcpConnectOptions { RequireMptcpPeer = true, LocalEndPoint = client });
        using var connection = new Connection(listener, socket, await listener.AcceptAsync());
        await connection.ExchangeAsync(1000, 1000);
        await Eventually.TrueAsync(() => hosts.Client.Read("MPJoinSynTxBindErr") > 0, "the kernel finds no port");

        Array.ForEach(taken, socket => socket.Dispose());
        clock.Advance(TimeSpan.FromSeconds(1));
        await Eventually.TrueAsync(() => LocalAddresses(hosts).Contains(second), "the path is opened");
        await Eventually.TrueAsync(() => running.HasLogged("EndpointRenewed", $"{second}"), "the renewal is logged");

        static Socket Occupy(IPEndPoint address)
        {
            var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(address);
            return socket;
        }
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task An_announced_address_that_the_kernel_does_not_accept_is_logged_once()
    {
        using var hosts = new TwoHosts(100, 100);
        IPAddress announced = hosts.SecondLink.GetAddress(hosts.Server);
        hosts.Server.Execute("ip", "mptcp", "endpoint", "add", $"{announced}", "signal");
        await using RunningHost running = await RunningHost.StartAsync(hosts.Client, services => services.AddMptcpEndpoints());
        for (int i = 0; i < 2; i++)
        {
            using Connection connection = await hosts.ConnectAsync(joined: 1, IPAddress.Any);
            await connection.ExchangeAsync(1000, 1000);
        }

        await Eventually.TrueAsync(() => running.HasLogged("AnnouncedNotAccepted", $"{announced}"), "it is logged");
        running.Logs.Entries.Count(entry => entry.Name == "AnnouncedNotAccepted").Should().Be(1);
    }

    static IPAddress[] LocalAddresses(TwoHosts hosts) => hosts.Client.Run(() =>
        MptcpConnections.List(new MptcpConnectionFilter { IncludeSubflows = true }).Single().Subflows!
            .Where(subflow => subflow.Tcp.State == TcpState.Established).Select(subflow => subflow.LocalEndPoint.Address).ToArray());
}
