using System.Net.Sockets;
using Mptcp.Lab.Tests.Support;

namespace Mptcp.Lab.Tests;

public class FaultTests
{
    /// <summary>All or none of this many datagrams arrive by chance only once in 2⁶³ runs.</summary>
    const int Many = 64;

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_blackhole_drops_the_packets_of_both_hosts_or_of_the_named_one()
    {
        Needs.LabFaults();
        using LabNetwork network = Labs.TwoHosts("wifi", "sound");
        LabLink wifi = network.GetLink("wifi");
        LabHost client = network.Client(), server = network.Server();

        (await PassesAsync(client)).Should().BeTrue();
        (await PassesAsync(server)).Should().BeTrue();
        using (LabFault both = wifi.Blackhole())
        {
            both.ToString().Should().Be("wifi swallows all packets");
            (await PassesAsync(client)).Should().BeFalse();
            (await PassesAsync(server)).Should().BeFalse();
        }

        using (LabFault one = wifi.Blackhole(client))
        {
            one.ToString().Should().Be("wifi swallows all packets of client");
            (await PassesAsync(client)).Should().BeFalse();
            (await PassesAsync(server)).Should().BeTrue();
        }

        using (wifi.Blackhole(server))
        {
            (await PassesAsync(client)).Should().BeTrue();
            (await PassesAsync(server)).Should().BeFalse();
        }

        (await PassesAsync(client)).Should().BeTrue();
        (await PassesAsync(server)).Should().BeTrue();

        async Task<bool> PassesAsync(LabHost from) => await Postman.DeliverAsync(wifi, network.GetLink("sound"), from) == 1;
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task Packets_that_a_blackhole_drops_count_as_sent()
    {
        Needs.LabFaults();
        using LabNetwork network = Labs.TwoHosts("wifi", "sound");
        LabLink wifi = network.GetLink("wifi");
        using LabFault blackhole = wifi.Blackhole();
        long before = wifi.ReadBytesSent(network.Client());

        await Postman.DeliverAsync(wifi, network.GetLink("sound"), network.Client(), Many);

        const int headers = 14 + 20 + 8; // of Ethernet, IPv4 and UDP
        (wifi.ReadBytesSent(network.Client()) - before).Should().BeGreaterThanOrEqualTo(Many * (headers + 1));
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task Faults_add_up_and_are_lifted_one_by_one()
    {
        Needs.LabFaults();
        using LabNetwork network = Labs.TwoHosts("wifi", "sound");
        LabLink wifi = network.GetLink("wifi");
        LabHost client = network.Client(), server = network.Server();

        LabFault ofClient = wifi.Blackhole(client), ofBoth = wifi.Blackhole(), resets = wifi.ResetTcp();
        ofBoth.Dispose();
        ofBoth.Dispose();
        (await DeliverAsync(client)).Should().Be(0);
        (await DeliverAsync(server)).Should().Be(1);

        ofClient.Dispose();
        (await DeliverAsync(client)).Should().Be(1);
        resets.ToString().Should().Be("wifi resets TCP");
        await FluentActions.Awaiting(() => Labs.EchoesAsync(wifi, AddressFamily.InterNetwork)).Should().ThrowAsync<SocketException>();

        resets.Dispose();
        await Labs.EchoesAsync(wifi, AddressFamily.InterNetwork);

        Task<int> DeliverAsync(LabHost from) => Postman.DeliverAsync(wifi, network.GetLink("sound"), from);
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_fault_that_fails_at_one_end_is_undone_at_the_other()
    {
        Needs.LabFaults();
        using LabNetwork network = Labs.TwoHosts("wifi", "sound");
        LabLink wifi = network.GetLink("wifi");
        const string obstacle = "link-wifi-1"; // a chain of the same name, but of another kind
        network.Server().Execute("nft", "add table inet lab; add chain inet lab", obstacle, "{ type filter hook output priority 0; }");

        FluentActions.Invoking(() => wifi.Blackhole()).Should().Throw<LabException>();

        (await Postman.DeliverAsync(wifi, network.GetLink("sound"), network.Server())).Should().Be(1);
        using (wifi.Blackhole())
            (await Postman.DeliverAsync(wifi, network.GetLink("sound"), network.Server())).Should().Be(0);
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_fault_that_could_not_be_lifted_can_be_lifted_later()
    {
        Needs.LabFaults();
        using LabNetwork network = Labs.TwoHosts("wifi", "sound");
        LabLink wifi = network.GetLink("wifi");
        LabFault blackhole = wifi.Blackhole();
        network.Server().Execute("nft", "rename chain inet lab link-wifi-1 other");

        FluentActions.Invoking(blackhole.Dispose).Should().Throw<LabException>();
        (await Postman.DeliverAsync(wifi, network.GetLink("sound"), network.Client())).Should().Be(0);

        network.Server().Execute("nft", "rename chain inet lab other link-wifi-1");
        blackhole.Dispose();
        (await Postman.DeliverAsync(wifi, network.GetLink("sound"), network.Client())).Should().Be(1);
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_lossy_link_drops_the_given_share_of_packets()
    {
        Needs.LabFaults();
        using LabNetwork network = Labs.TwoHosts("wifi", "sound");
        LabLink wifi = network.GetLink("wifi");

        using (LabFault all = wifi.DropPackets(1))
        {
            all.ToString().Should().Be("wifi loses 100% of the packets");
            (await DeliverAsync()).Should().Be(0);
        }

        using (wifi.DropPackets(0.5, network.Server()))
            (await DeliverAsync()).Should().Be(Many);

        using (wifi.DropPackets(0.5, network.Client()))
            (await DeliverAsync()).Should().BeInRange(1, Many - 1);

        (await DeliverAsync()).Should().Be(Many);

        Task<int> DeliverAsync() => Postman.DeliverAsync(wifi, network.GetLink("sound"), network.Client(), Many);
    }

    [Theory(Timeout = Limit.OfATest)]
    [InlineData(AddressFamily.InterNetwork)]
    [InlineData(AddressFamily.InterNetworkV6)]
    public async Task A_link_that_resets_TCP_refuses_new_connections_and_breaks_existing_ones(AddressFamily family)
    {
        Needs.LabFaults();
        using LabNetwork network = Labs.TwoHosts("wifi", "sound");
        LabLink wifi = network.GetLink("wifi");
        using Socket listener = network.Server().Listen(wifi.GetAddress(network.Server(), family));
        using Socket client = await network.Client().ConnectAsync(listener.EndPoint());
        using Socket server = await listener.AcceptAsync();

        using (wifi.ResetTcp(network.Client()))
        {
            (await FluentActions.Awaiting(() => network.Client().ConnectAsync(listener.EndPoint())).Should().ThrowAsync<SocketException>())
                .Which.SocketErrorCode.Should().Be(SocketError.ConnectionRefused);
            await client.SendAsync(new byte[1]);
            (await FluentActions.Awaiting(() => client.ReceiveAsync(new byte[1]).WaitAsync(Limit.OfAWait)).Should().ThrowAsync<SocketException>())
                .Which.SocketErrorCode.Should().Be(SocketError.ConnectionReset);
            (await Postman.DeliverAsync(wifi, network.GetLink("sound"), network.Client())).Should().Be(1, "this is not TCP");
        }

        await Labs.EchoesAsync(wifi, family);
    }
}
