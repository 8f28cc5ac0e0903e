using System.Net.Sockets;
using System.Reflection;
using Mptcp.Sockets.Info;

namespace Mptcp.Sockets.Tests;

public class CountersTests
{
    [Fact]
    public void Counters_belong_to_the_namespace_of_the_thread()
    {
        OneHost.Run(host =>
        {
            MptcpCounters before = MptcpCounters.Read();
            using Socket listener = MptcpSocket.Listen(Peers.AnyPort(AddressFamily.InterNetwork));
            using Socket plain = Peers.ListenTcp();
            using Socket client = MptcpSocket.Connect(listener.EndPoint());
            using Socket server = listener.Accept();
            using Socket fellBack = MptcpSocket.Connect(plain.EndPoint());

            MptcpCounters counted = MptcpCounters.Read() - before;

            counted.ConnectsOffered.Should().Be(2);
            counted["MPCapableSYNTX"].Should().Be(2);
            counted.ConnectsAccepted.Should().Be(1);
            counted.ConnectsFallenBack.Should().Be(1);
            counted.ClientsOffering.Should().Be(1);
            counted.ClientsAccepted.Should().Be(1);
            counted.ClientsFallenBack.Should().Be(0);
            counted["NoSuchCounter"].Should().BeNull();
            host.Read("MPCapableSYNTX").Should().Be(2);
        });
    }

    [Fact]
    public void Counters_include_all_that_the_kernel_has()
    {
        Needs.Mptcp();
        OneHost.Run(host =>
        {
            using Socket first = MptcpSocket.Create();
            IReadOnlyDictionary<string, long> expected = host.ReadCounters();

            MptcpCounters counters = MptcpCounters.Read();

            counters.Names.Should().BeEquivalentTo(expected.Keys).And.NotBeEmpty();
            expected.Should().OnlyContain(counter => counters[counter.Key] == counter.Value);
        });
    }

    [Fact]
    public void Properties_read_existing_counters()
    {
        PropertyInfo[] properties = [.. typeof(MptcpCounters).GetProperties().Where(property => property.PropertyType == typeof(long?) && property.GetIndexParameters().Length == 0)];
        Needs.Mptcp();
        MptcpCounters counters = MptcpCounters.Read();

        string[] known = [.. properties.Where(property => property.GetValue(counters) is not null).Select(property => property.Name)];

        properties.Should().HaveCountGreaterThan(20);
        properties.Select(property => property.Name).Except(known).Should().BeSubsetOf(
            [nameof(MptcpCounters.JoinsRejected), nameof(MptcpCounters.Blackholes), nameof(MptcpCounters.ConnectsDropped), nameof(MptcpCounters.ConnectsNotOffered),
                nameof(MptcpCounters.DataFallbacks), nameof(MptcpCounters.SequenceFallbacks), nameof(MptcpCounters.CurrentConnections), nameof(MptcpCounters.AddressesAnnounced),
                nameof(MptcpCounters.AddressesWithdrawn), nameof(MptcpCounters.JoinsSent)],
            "only what older kernels lack may be missing");
    }

    [Fact]
    public void The_difference_omits_counters_that_one_side_lacks()
    {
        var earlier = new MptcpCounters(new() { ["A"] = 1, ["B"] = 2 });
        var later = new MptcpCounters(new() { ["A"] = 5, ["C"] = 3 });

        MptcpCounters difference = later - earlier;

        difference.Names.Should().Equal("A");
        difference["A"].Should().Be(4);
        difference["B"].Should().BeNull();
    }

    [Fact]
    public void Counters_are_read_by_name_from_their_own_lines()
    {
        Dictionary<string, long> parsed = CounterParser.Parse("TcpExt: A\nTcpExt: 9\nMPTcpExt: A B C\nMPTcpExt: 1 18446744073709551615\nIpExt: A\nIpExt: 7\n", "MPTcpExt:");

        parsed.Should().Equal(new Dictionary<string, long> { ["A"] = 1, ["B"] = -1 });
    }

    [Theory]
    [InlineData("")]
    [InlineData("MPTcpExt:")]
    [InlineData("MPTcpExt: A B")]
    [InlineData("MPTcpExt: A\nMPTcpExt:")]
    [InlineData("MPTcpExt: A\nMPTcpExt: x")]
    [InlineData("MPTcpExt: A\nMPTcpExt: -1 2")]
    [InlineData("MPTcpExt:\nMPTcpExt: 1")]
    public void A_text_without_counters_yields_none(string text) => CounterParser.Parse(text, "MPTcpExt:").Should().BeEmpty();
}
