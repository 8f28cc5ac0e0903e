using System.Buffers.Binary;
using System.Globalization;
using System.Net.Sockets;
using System.Text.RegularExpressions;
using Mptcp.Lab.Tests.Support;

namespace Mptcp.Lab.Tests;

/// <summary>Links with a delay, seen by ping(8) and by arrivals. A busy machine can delay packets, but never makes them early.</summary>
public sealed partial class WireTests : IDisposable
{
    const int Many = 64;

    readonly LabNetwork _network = Labs.TwoHosts();
    readonly LabLink _link;
    readonly LabHost _client, _server;

    public WireTests()
    {
        _client = _network.Client();
        _server = _network.Server();
        _link = _network.Connect("far", new() { Delay = TimeSpan.FromMilliseconds(50) });
    }

    public void Dispose() => _network.Dispose();

    [Theory(Timeout = Limit.OfATest)]
    [InlineData(AddressFamily.InterNetwork)]
    [InlineData(AddressFamily.InterNetworkV6)]
    public async Task A_packet_takes_the_delay_each_way_until_another_is_set(AddressFamily family)
    {
        RoundTrips(3, family).Should().OnlyContain(milliseconds => milliseconds >= 100);

        _link.SetDelay(TimeSpan.Zero, from: _server);
        RoundTrips(3, family).Should().OnlyContain(milliseconds => milliseconds >= 50);
        await Eventually.TrueAsync(() => RoundTrips(1, family)[0] < 100, "only one direction has a delay");

        _link.SetDelay(TimeSpan.Zero);
        await Eventually.TrueAsync(() => RoundTrips(1, family)[0] < 50, "neither direction has a delay");

        _link.SetDelay(TimeSpan.FromMilliseconds(200), from: _client);
        RoundTrips(3, family).Should().OnlyContain(milliseconds => milliseconds >= 200);
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task With_jitter_some_packets_are_faster_than_the_delay()
    {
        _link.SetDelay(TimeSpan.FromMilliseconds(50), jitter: TimeSpan.FromMilliseconds(40));

        await Eventually.TrueAsync(() => RoundTrips(5).Min() < 95, "one is faster");
        RoundTrips(5).Should().OnlyContain(milliseconds => milliseconds >= 20);
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task Data_over_a_wire_arrives_complete_and_in_order()
    {
        (await ReceiveAsync(Many)).Should().Equal(Enumerable.Range(0, Many));
        using Socket listener = _server.Listen(_link.GetAddress(_server));
        using Socket client = await _client.ConnectAsync(listener.EndPoint());
        using Socket server = await listener.AcceptAsync();

        await Labs.TransferAsync(client, server, 5_000_000);
        await Labs.TransferAsync(server, client, 5_000_000);
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task Reordering_and_duplication_end_when_the_fault_is_lifted()
    {
        using (LabFault fault = _link.ReorderPackets(0.5, _client))
        {
            fault.ToString().Should().Be("far reorders 50% of the packets of client");
            int[] arrived = await ReceiveAsync(Many);
            arrived.Should().BeEquivalentTo(Enumerable.Range(0, Many));
            arrived.Should().NotEqual(Enumerable.Range(0, Many));
        }

        using (_link.DuplicatePackets(1))
            (await ReceiveAsync(2 * Many)).Should().Equal(Enumerable.Range(0, Many).SelectMany(number => new[] { number, number }));

        using (_link.DuplicatePackets(1, _server))
            (await ReceiveAsync(Many)).Should().Equal(Enumerable.Range(0, Many));
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_corrupted_packet_fails_its_checksum()
    {
        using (_link.CorruptPackets(1, _client))
        {
            FluentActions.Invoking(() => RoundTrips(1)).Should().Throw<LabException>("one bit of each is another");
            using Socket sender = _client.Datagrams(_link.GetAddress(_client)), receiver = _server.Datagrams(_link.GetAddress(_server));
            byte[] data = new byte[1400]; // large, so that the changed bit is nearly always in the data
            await Eventually.TrueAsync(
                () =>
                {
                    sender.SendTo(data, receiver.LocalEndPoint!);
                    return _server.Execute("cat", "/proc/net/snmp").Split('\n').Last(line => line.StartsWith("Udp: ", StringComparison.Ordinal)).Split(' ')[^3] != "0";
                },
                "the kernel counts a wrong checksum");
            receiver.Available.Should().Be(0);
        }

        using (_link.CorruptPackets(0.02))
        {
            using Socket listener = _server.Listen(_link.GetAddress(_server));
            using Socket client = await _client.ConnectAsync(listener.EndPoint());
            using Socket server = await listener.AcceptAsync();
            await Labs.TransferAsync(client, server, 300_000);
        }
    }

    [Fact(Timeout = Limit.OfATest)]
    public void Carrier_is_lost_at_one_end_only()
    {
        using (_link.GetInterface(_client).LoseCarrier())
        {
            _client.Execute("ip", "link", "show", "far").Should().Contain("NO-CARRIER");
            _server.Execute("ip", "link", "show", "far").Should().NotContain("NO-CARRIER").And.Contain("state UP");
        }

        RoundTrips(1).Should().ContainSingle();
    }

    [Fact(Timeout = Limit.OfATest)]
    public void Interfaces_with_a_wire_can_be_unplugged_cut_and_taken_down()
    {
        Needs.LabFaults();
        LabInterface end = _link.GetInterface(_client);
        int index = end.Index;
        using (end.Unplug())
            FluentActions.Invoking(() => RoundTrips(1)).Should().Throw<LabException>();

        end.Index.Should().NotBe(index);
        RoundTrips(1).Should().OnlyContain(milliseconds => milliseconds >= 100);
        using (_link.Down())
            FluentActions.Invoking(() => RoundTrips(1)).Should().Throw<LabException>();

        using (_link.Blackhole(_server))
            FluentActions.Invoking(() => RoundTrips(1)).Should().Throw<LabException>();

        RoundTrips(1).Should().OnlyContain(milliseconds => milliseconds >= 100);
    }

    [Fact]
    public void The_rate_changes_while_the_link_runs()
    {
        Needs.LabRates();
        Queue(_client).Should().NotContain("tbf");

        _link.SetRate(10);
        Queue(_client).Should().Contain("rate 10Mbit");
        _link.SetRate(20, _server);
        Queue(_client).Should().Contain("rate 10Mbit");
        Queue(_server).Should().Contain("rate 20Mbit");
        using (_link.GetInterface(_server).Unplug())
            _link.SetRate(5);

        Queue(_server).Should().Contain("rate 5Mbit", "it was set while the interface was unplugged");
        _link.SetRate(null);
        Queue(_client).Should().NotContain("tbf");
        _link.SetRate(null);

        static string Queue(LabHost host) => host.Execute("tc", "qdisc", "show", "dev", "far");
    }

    [Fact]
    public void Invalid_delays_rates_and_probabilities_are_refused_and_named()
    {
        LabLink plain = _network.Connect("plain");
        var second = TimeSpan.FromSeconds(1);

        Refuses(() => _network.Connect("x", new() { Delay = -second }), "*'x'*between 0 and 10 seconds*");
        Refuses(() => _network.Connect("x", new() { Delay = 11 * second }), "*'x'*");
        Refuses(() => _network.Connect("x", new() { Delay = second, Jitter = -second }), "*'x'*");
        Refuses(() => _network.Connect("x", new() { Delay = second, Jitter = 2 * second }), "*jitter*'x'*");
        Refuses(() => _network.Connect("x", new() { Jitter = second }), "*jitter*'x'*");
        Refuses(() => _link.SetDelay(-second), "*'far'*");
        Refuses(() => _link.SetDelay(second, 2 * second), "*'far'*");
        Refuses(() => _link.SetRate(0), "*'far'*");
        Refuses(() => _link.SetRate(double.NaN), "*'far'*");
        Refuses(() => _link.ReorderPackets(0), "*probability*");
        Refuses(() => _link.DuplicatePackets(1.1), "*probability*");
        Refuses(() => _link.CorruptPackets(double.NaN), "*probability*");
        foreach (Action action in new Action[]
        {
            () => plain.SetDelay(second), () => plain.ReorderPackets(0.5), () => plain.DuplicatePackets(0.5), () => plain.CorruptPackets(0.5),
        })
            action.Should().Throw<InvalidOperationException>().WithMessage("*'plain' has no delay*");

        _network.Links.Should().Equal(_link, plain);

        static void Refuses(Action action, string message) => action.Should().Throw<ArgumentOutOfRangeException>().WithMessage(message);
    }

    [GeneratedRegex(@"time=([\d.]+) ms")]
    static partial Regex Time { get; }

    /// <summary>Returns the times in milliseconds.</summary>
    double[] RoundTrips(int count, AddressFamily family = AddressFamily.InterNetwork) =>
    [
        .. Time.Matches(_client.Execute("ping", "-n", "-i", "0.01", "-c", $"{count}", "-W", "1", $"{_link.GetAddress(_server, family)}"))
            .Select(match => double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture)),
    ];

    /// <summary>Sends numbered datagrams, and returns the numbers that arrive.</summary>
    async Task<int[]> ReceiveAsync(int expected)
    {
        using Socket sender = _client.Datagrams(_link.GetAddress(_client)), receiver = _server.Datagrams(_link.GetAddress(_server));
        byte[] number = new byte[sizeof(int)];
        for (int i = 0; i < Many; i++)
        {
            BinaryPrimitives.WriteInt32LittleEndian(number, i);
            await sender.SendToAsync(number, receiver.LocalEndPoint!);
        }

        var arrived = new List<int>();
        while (arrived.Count < expected)
        {
            await receiver.ReceiveAsync(number).WaitAsync(Limit.OfAWait);
            arrived.Add(BinaryPrimitives.ReadInt32LittleEndian(number));
        }

        receiver.Available.Should().Be(0);
        return [.. arrived];
    }
}
