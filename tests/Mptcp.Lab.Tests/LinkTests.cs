using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Mptcp.Lab.Tests.Support;

namespace Mptcp.Lab.Tests;

public class LinkTests
{
    [Theory(Timeout = Limit.OfATest)]
    [InlineData(AddressFamily.InterNetwork)]
    [InlineData(AddressFamily.InterNetworkV6)]
    public async Task Hosts_reach_each_other_over_each_link(AddressFamily family)
    {
        using LabNetwork network = Labs.TwoHosts("wifi", "dsl");

        foreach (LabLink link in network.Links)
            await Labs.EchoesAsync(link, family);
    }

    [Theory(Timeout = Limit.OfATest)]
    [InlineData("5g")]
    [InlineData("l")]
    [InlineData("up")]
    [InlineData("dev")]
    [InlineData("name")]
    [InlineData("type")]
    [InlineData("tcp")]
    [InlineData("drop")]
    [InlineData("_")]
    [InlineData("Fifteen-Letters")]
    public async Task A_keyword_of_ip_or_nft_may_be_the_name_of_a_link(string name)
    {
        Needs.LabFaults();
        using LabNetwork network = Labs.TwoHosts(name);
        LabLink link = network.GetLink(name);

        using (link.Blackhole())
        using (link.Down())
            link.ToString().Should().Be($"{name} (client - server)");

        await Labs.EchoesAsync(link, AddressFamily.InterNetwork);
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task Hosts_in_a_ring_reach_their_neighbours()
    {
        Needs.Lab();
        using var network = new LabNetwork();
        LabHost a = network.AddHost("a"), b = network.AddHost("b"), c = network.AddHost("c");
        LabLink ab = network.AddLink("ab", a, b), bc = network.AddLink("bc", b, c), ca = network.AddLink("ca", c, a);

        network.Hosts.Should().Equal(a, b, c);
        network.Links.Should().Equal(ab, bc, ca);
        a.Links.Should().Equal(ab, ca);
        foreach (LabLink link in network.Links)
        {
            await Labs.EchoesAsync(link, AddressFamily.InterNetwork);
            await Labs.EchoesAsync(link, AddressFamily.InterNetworkV6);
        }
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task The_largest_number_of_links_works_and_one_more_is_refused()
    {
        using LabNetwork network = Labs.TwoHosts([.. Enumerable.Range(1, 127).Select(i => $"link{i}")]);
        LabLink last = network.Links[^1];

        FluentActions.Invoking(() => network.Connect("link128")).Should().Throw<ArgumentException>().WithMessage("*'link128'*127*");

        last.GetAddress(network.Client()).Should().Be(IPAddress.Parse("10.0.127.1"));
        last.GetAddress(network.Server()).Should().Be(IPAddress.Parse("10.0.127.2"));
        last.GetAddress(network.Client(), AddressFamily.InterNetworkV6).Should().Be(IPAddress.Parse("fd00:0:0:7f::1"));
        last.GetAddress(network.Server(), AddressFamily.InterNetworkV6).Should().Be(IPAddress.Parse("fd00:0:0:7f::2"));
        await Labs.EchoesAsync(network.Links[^1], AddressFamily.InterNetworkV6);
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task Addresses_come_from_the_given_networks()
    {
        using LabNetwork network = Labs.TwoHosts();
        LabLink wifi = network.AddLink("wifi", network.Server(), network.Client(), new()
        {
            IPv4Network = IPNetwork.Parse("192.0.2.4/30"),
            IPv6Network = IPNetwork.Parse("2001:db8::/126"),
        });

        wifi.FirstHost.Should().BeSameAs(network.Server());
        wifi.GetAddress(network.Server()).Should().Be(IPAddress.Parse("192.0.2.5"));
        wifi.GetAddress(network.Client(), AddressFamily.InterNetworkV6).Should().Be(IPAddress.Parse("2001:db8::2"));
        await Labs.EchoesAsync(wifi, AddressFamily.InterNetwork);
        await Labs.EchoesAsync(wifi, AddressFamily.InterNetworkV6);
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_rate_slows_the_sender_and_passes_packets_one_by_one()
    {
        Needs.LabRates();
        using LabNetwork network = Labs.TwoHosts();
        LabLink dsl = network.Connect("dsl", new() { MegabitsPerSecond = 100 });
        using Socket listener = network.Server().Listen(dsl.GetAddress(network.Server()));
        using Socket client = await network.Client().ConnectAsync(listener.EndPoint());
        using Socket server = await listener.AcceptAsync();
        const int count = 1_000_000;
        long before = dsl.ReadBytesSent(network.Client());

        await Labs.TransferAsync(client, server, count);

        JsonElement shaper = Ask(network.Client(), "tc", "-s", "-j", "qdisc", "show", "dev", "dsl");
        shaper.GetProperty("kind").GetString().Should().Be("tbf");
        shaper.GetProperty("options").GetProperty("rate").GetInt64().Should().Be(100_000_000 / 8);
        shaper.GetProperty("overlimits").GetInt64().Should().BePositive("the rate was in the way");
        (dsl.ReadBytesSent(network.Client()) - before).Should().BeGreaterThan(count);

        const int mostInAPacket = 1500;
        JsonElement device = Ask(network.Server(), "ip", "-s", "-j", "link", "show", "dev", "dsl");
        device.GetProperty("stats64").GetProperty("rx").GetProperty("packets").GetInt64().Should().BeGreaterThan(count / mostInAPacket);
    }

    [Theory]
    [InlineData(0.01)]
    [InlineData(10_000)]
    public void The_slowest_and_the_fastest_rate_are_possible(double rate)
    {
        Needs.LabRates();
        using LabNetwork network = Labs.TwoHosts();
        network.Connect("dsl", new() { MegabitsPerSecond = rate });

        foreach (LabHost host in network.Hosts)
            Ask(host, "tc", "-j", "qdisc", "show", "dev", "dsl").GetProperty("options").GetProperty("rate").GetDouble().Should().Be(rate * 1_000_000 / 8);
    }

    [Theory(Timeout = Limit.OfATest)]
    [InlineData(AddressFamily.InterNetwork)]
    [InlineData(AddressFamily.InterNetworkV6)]
    public async Task Packets_from_the_address_of_a_link_use_that_link_or_none(AddressFamily family)
    {
        using LabNetwork network = Labs.TwoHosts("wifi", "dsl");
        network.AddLink("lan", network.Server(), network.AddHost("other"));
        LabHost client = network.Client();
        using Socket listener = network.Server().Listen(network.GetLink("lan").GetAddress(network.Server(), family)); // on neither of the two links
        LabLink[] both = [network.GetLink("wifi"), network.GetLink("dsl")];

        foreach (LabLink link in both)
        {
            LabLink other = both.Single(l => l != link);
            IPAddress from = link.GetAddress(client, family);
            const int count = 200_000, chatter = 20_000; // neighbours may search for each other at any time
            long before = SentOver(link), beforeOther = SentOver(other);

            using (Socket socket = await client.ConnectAsync(listener.EndPoint(), from))
            using (Socket accepted = await listener.AcceptAsync().WaitAsync(Limit.OfAWait))
            {
                await Labs.TransferAsync(socket, accepted, count);
                await Labs.TransferAsync(accepted, socket, count);
            }

            (SentOver(link) - before).Should().BeGreaterThan(2 * count);
            (SentOver(other) - beforeOther).Should().BeLessThan(chatter);
            using (link.Down())
            {
                (await FluentActions.Awaiting(() => client.ConnectAsync(listener.EndPoint(), from)).Should().ThrowAsync<SocketException>())
                    .Which.SocketErrorCode.Should().BeOneOf(SocketError.HostUnreachable, SocketError.NetworkUnreachable);
            }
        }
    }

    static long SentOver(LabLink link) => link.ReadBytesSent(link.FirstHost) + link.ReadBytesSent(link.SecondHost);

    static JsonElement Ask(LabHost host, string program, params string[] arguments) =>
        JsonDocument.Parse(host.Execute(program, arguments)).RootElement.EnumerateArray().First();
}
