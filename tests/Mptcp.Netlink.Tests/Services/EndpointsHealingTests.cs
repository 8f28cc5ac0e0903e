using System.Net;
using System.Net.NetworkInformation;
using Microsoft.Extensions.DependencyInjection;
using Mptcp.Netlink.Tests.Support;

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
            running.HasLogged("EndpointRenewed", $"{second}").Should().BeTrue();
        }
        else
        {
            LocalAddresses(hosts).Should().NotContain(second, "the kernel never tries again");
        }

        running.Logs.Entries.Should().NotContain(entry => entry.Name == "EndpointRenewed" && !entry.Text.Contains($"{second}", StringComparison.Ordinal), "the first path works");
        await transfer.EndAsync();
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
