using System.Net.Sockets;
using Mptcp.Lab.Tests.Support;

namespace Mptcp.Lab.Tests;

public class DownTests
{
    [Fact(Timeout = Limit.OfATest)]
    public async Task Hosts_are_unreachable_while_the_link_is_down_and_reachable_as_soon_as_it_is_up()
    {
        using LabNetwork network = Labs.TwoHosts("wifi");
        LabLink wifi = network.GetLink("wifi");

        for (int i = 0; i < 10; i++) // addresses and routes come back each time, with the first packet
        {
            using (LabFault down = wifi.Down())
            {
                down.ToString().Should().Be("wifi is down");
                foreach (AddressFamily family in Families.Both)
                    await IsUnreachableAsync(wifi, family);
            }

            foreach (AddressFamily family in Families.Both)
            {
                await Labs.EchoesAsync(wifi, family);
                await Labs.EchoesAsync(wifi, family, wifi.GetAddress(wifi.FirstHost, family));
            }
        }
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_link_that_was_taken_down_twice_is_up_after_the_second_fault_ends()
    {
        using LabNetwork network = Labs.TwoHosts("wifi");
        LabLink wifi = network.GetLink("wifi");

        LabFault first = wifi.Down(), second = wifi.Down();
        first.Dispose();
        first.Dispose();
        await IsUnreachableAsync(wifi, AddressFamily.InterNetwork);

        second.Dispose();
        await Labs.EchoesAsync(wifi, AddressFamily.InterNetwork);
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_fault_does_not_affect_another_link()
    {
        using LabNetwork network = Labs.TwoHosts("wifi", "dsl");

        using (network.GetLink("wifi").Down())
            await Labs.EchoesAsync(network.GetLink("dsl"), AddressFamily.InterNetwork);
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_connection_outlives_a_link_that_flaps()
    {
        using LabNetwork network = Labs.TwoHosts("wifi");
        LabLink wifi = network.GetLink("wifi");
        using Socket listener = network.Server().Listen(wifi.GetAddress(network.Server()));
        using Socket client = await network.Client().ConnectAsync(listener.EndPoint());
        using Socket server = await listener.AcceptAsync();

        await wifi.FlapAsync(3, TimeSpan.FromMilliseconds(10), TimeSpan.FromMilliseconds(10));

        await Labs.TransferAsync(client, server, 1000);
        await Labs.EchoesAsync(wifi, AddressFamily.InterNetworkV6);
    }

    [Theory(Timeout = Limit.OfATest)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_link_is_up_after_its_flapping_was_cancelled(bool whileDown)
    {
        using LabNetwork network = Labs.TwoHosts("wifi");
        LabLink wifi = network.GetLink("wifi");
        using var cancellation = new CancellationTokenSource();
        TimeSpan forever = TimeSpan.FromHours(1);

        Task flapping = wifi.FlapAsync(1, whileDown ? forever : TimeSpan.Zero, whileDown ? TimeSpan.Zero : forever, cancellation.Token);
        await cancellation.CancelAsync();

        await FluentActions.Awaiting(() => flapping).Should().ThrowAsync<OperationCanceledException>();
        await Labs.EchoesAsync(wifi, AddressFamily.InterNetwork);
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_link_that_cannot_be_taken_down_at_one_end_stays_up_at_the_other()
    {
        using LabNetwork network = Labs.TwoHosts("wifi");
        LabLink wifi = network.GetLink("wifi");
        Rename(network.Server(), "wifi", "other");
        network.Server().Execute("ip", "link", "set", "other", "up");

        FluentActions.Invoking(wifi.Down).Should().Throw<LabException>().WithMessage("*wifi*");

        network.Client().Execute("ip", "-oneline", "link", "show", "wifi").Should().Contain("state UP");
        network.Client().Execute("ip", "route", "show", "default").Should().Contain("dev wifi");
        Rename(network.Server(), "other", "wifi");
        using (wifi.Down())
            await IsUnreachableAsync(wifi, AddressFamily.InterNetwork);

        await Labs.EchoesAsync(wifi, AddressFamily.InterNetwork);
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_link_that_could_not_be_taken_up_can_be_taken_up_later()
    {
        using LabNetwork network = Labs.TwoHosts("wifi");
        LabLink wifi = network.GetLink("wifi");
        LabFault down = wifi.Down();
        Rename(network.Server(), "wifi", "other");

        FluentActions.Invoking(down.Dispose).Should().Throw<LabException>().WithMessage("*wifi*");

        Rename(network.Server(), "other", "wifi");
        down.Dispose();
        await Labs.EchoesAsync(wifi, AddressFamily.InterNetwork);
    }

    /// <summary>Also takes the device down: not every kernel can rename a device that is up.</summary>
    static void Rename(LabHost host, string device, string name)
    {
        host.Execute("ip", "link", "set", device, "down");
        host.Execute("ip", "link", "set", device, "name", name);
    }

    static async Task IsUnreachableAsync(LabLink link, AddressFamily family)
    {
        var server = new System.Net.IPEndPoint(link.GetAddress(link.SecondHost, family), 80);
        (await FluentActions.Awaiting(() => link.FirstHost.ConnectAsync(server)).Should().ThrowAsync<SocketException>())
            .Which.SocketErrorCode.Should().BeOneOf(SocketError.NetworkUnreachable, SocketError.HostUnreachable);
    }
}
