using System.Net.Sockets;
using System.Reflection;

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
}
