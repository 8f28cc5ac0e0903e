using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Mptcp.Lab;
using Mptcp.Sockets.Info;
using Mptcp.Sockets.Tests.Support;

namespace Mptcp.Sockets.Tests;

public class SubflowTests
{
    const int MostOfTheKernels = 8;

    public static TheoryData<string> Sources => [nameof(SubflowSource.FullInfo), nameof(SubflowSource.Lists)];

    [Theory(Timeout = Limit.OfATest)]
    [MemberData(nameof(Sources))]
    public async Task Subflows_equal_the_report_of_ss(string source)
    {
        SubflowSource from = NeedsSource(source);
        Needs.Program("ss", "iproute2");
        using TwoHosts hosts = TwoHosts.WithTwoPaths();
        using Connection connection = await hosts.ConnectAsync();
        await connection.ExchangeAsync(2_000_000, 1_000_000);

        foreach ((LabHost host, Socket socket) in new[] { (hosts.Client, connection.Client), (hosts.Server, connection.Server) })
        {
            Ss[] expected = [], before = [];
            MptcpSubflow[] subflows = [];
            await Eventually.TrueAsync(
                () =>
                {
                    before = Ss.Subflows(host, connection.Listener.Port());
                    subflows = Read(socket, from);
                    expected = Ss.Subflows(host, connection.Listener.Port());
                    return before.Select(Traffic).Order().SequenceEqual(expected.Select(Traffic).Order());
                },
                "nothing flows between two readings of ss");

            subflows.Select(subflow => (subflow.LocalEndPoint, subflow.RemoteEndPoint)).Should().BeEquivalentTo(expected.Select(ss => (ss.Local, ss.Remote)));
            foreach (MptcpSubflow subflow in subflows)
                ShouldAgree(subflow, expected.Single(ss => ss.Local.Equals(subflow.LocalEndPoint) && ss.Remote.Equals(subflow.RemoteEndPoint)));
        }

        static string Traffic(Ss ss) =>
            $"{ss.Local} {ss.Number("bytes_sent")} {ss.Number("bytes_acked")} {ss.Number("bytes_received")} {ss.Text("rtt")} {ss.Text("minrtt")} {ss.Number("cwnd")} {ss.Rate("pacing_rate")}";
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task Subflows_are_the_paths_between_the_hosts()
    {
        NeedsSource(nameof(SubflowSource.Lists));
        using TwoHosts hosts = TwoHosts.WithTwoPaths();
        using Connection connection = await hosts.ConnectAsync();

        MptcpSubflow[] ofClient = connection.Client.GetMptcpSubflows();
        MptcpSubflow[] ofServer = connection.Server.GetMptcpSubflows();

        ofClient.Should().HaveCount(2);
        ofClient[0].LocalEndPoint.Should().Be(connection.Client.LocalEndPoint);
        ofClient[0].RemoteEndPoint.Should().Be(connection.Client.RemoteEndPoint);
        ofClient[1].LocalEndPoint.Address.Should().Be(hosts.SecondLink.GetAddress(hosts.Client));
        ofServer.Select(subflow => (subflow.RemoteEndPoint, subflow.LocalEndPoint)).Should().BeEquivalentTo(ofClient.Select(subflow => (subflow.LocalEndPoint, subflow.RemoteEndPoint)));
        ofClient.Concat(ofServer).Should().OnlyContain(subflow => subflow.State == TcpState.Established);
        if (MptcpCapabilities.Probe().SupportsFullInfo)
            ofClient.Select(subflow => subflow.Id).Should().Equal(1, 2);
        else
            ofClient.Should().OnlyContain(subflow => subflow.Id == null);
    }

    [Theory(Timeout = Limit.OfATest)]
    [MemberData(nameof(Sources))]
    public async Task Subflows_of_an_IPv6_connection_can_have_either_family(string source)
    {
        SubflowSource from = NeedsSource(source);
        Needs.IPv6();
        using var hosts = new TwoHosts(null, null);
        hosts.Server.AddEndpoint(hosts.SecondLink, LabEndpointRoles.Signal);
        hosts.Client.SetLimits(1, 1);
        using Connection connection = await hosts.ConnectAsync(joined: 1, IPAddress.IPv6Any);

        MptcpSubflow[] subflows = Read(connection.Client, from);

        subflows[0].RemoteEndPoint.Address.Should().Be(hosts.FirstLink.GetAddress(hosts.Server, AddressFamily.InterNetworkV6));
        subflows[0].LocalEndPoint.Should().Be(connection.Client.LocalEndPoint);
        subflows[1].RemoteEndPoint.Should().Be(new IPEndPoint(hosts.SecondLink.GetAddress(hosts.Server), connection.Listener.Port()));
        subflows[1].LocalEndPoint.AddressFamily.Should().Be(AddressFamily.InterNetwork);
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task IPv4_subflows_of_a_dual_mode_socket_have_IPv4_addresses()
    {
        NeedsSource(nameof(SubflowSource.Lists));
        Needs.IPv6();
        using Socket listener = MptcpSocket.Listen(new IPEndPoint(IPAddress.IPv6Any, 0), new MptcpListenOptions { DualMode = true });
        using Socket client = await MptcpSocket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, listener.Port()));
        using Socket server = await listener.AcceptAsync();

        MptcpSubflow subflow = server.GetMptcpSubflows().Should().ContainSingle().Which;

        subflow.RemoteEndPoint.Should().Be(client.LocalEndPoint);
        subflow.LocalEndPoint.Should().Be(client.RemoteEndPoint);
    }

    [Theory(Timeout = Limit.OfATest)]
    [MemberData(nameof(Sources))]
    public async Task Eight_subflows_are_read_without_allocating(string source)
    {
        SubflowSource from = NeedsSource(source);
        using TwoHosts hosts = WithEightPaths();
        using Connection connection = await hosts.ConnectAsync(joined: MostOfTheKernels - 1);
        var subflows = new MptcpSubflow[MostOfTheKernels];
        Read();

        long before = GC.GetAllocatedBytesForCurrentThread();
        Read();
        (GC.GetAllocatedBytesForCurrentThread() - before).Should().Be(0);
        subflows.Select(subflow => subflow.LocalEndPoint.Address).Should().BeEquivalentTo(hosts.Client.Links.Select(link => link.GetAddress(hosts.Client)));

        void Read()
        {
            for (int i = 0; i < 100; i++)
            {
                SubflowReader.TryRead(connection.Client, from, subflows, out _);
                connection.Client.GetMptcpSubflows(subflows);
            }
        }
    }

    [Theory(Timeout = Limit.OfATest)]
    [MemberData(nameof(Sources))]
    public async Task Subflows_without_room_in_the_span_are_counted(string source)
    {
        SubflowSource from = NeedsSource(source);
        using TwoHosts hosts = WithEightPaths();
        using Connection connection = await hosts.ConnectAsync(joined: MostOfTheKernels - 1);
        MptcpSubflow[] all = Read(connection.Client, from);
        all.Should().HaveCount(MostOfTheKernels);

        for (int room = 0; room <= MostOfTheKernels + 1; room++)
        {
            var some = new MptcpSubflow[room];

            SubflowReader.TryRead(connection.Client, from, some, out int count).Should().BeTrue();

            count.Should().Be(MostOfTheKernels);
            some.Take(count).Select(subflow => subflow.LocalEndPoint).Should().Equal(all.Take(room).Select(subflow => subflow.LocalEndPoint));
            some.Skip(count).Should().NotContain(subflow => subflow != default);
        }

        connection.Client.GetMptcpSubflows(new MptcpSubflow[3]).Should().Be(3);
        connection.Client.GetMptcpSubflows([]).Should().Be(0);
        connection.Client.GetMptcpSubflows().Should().HaveCount(MostOfTheKernels);
    }

    [Theory(Timeout = Limit.OfATest)]
    [MemberData(nameof(Sources))]
    public async Task More_subflows_than_usual_need_a_second_call(string source)
    {
        SubflowSource from = NeedsSource(source);
        using TwoHosts hosts = WithEightPaths();
        using Connection connection = await hosts.ConnectAsync(joined: MostOfTheKernels - 1);
        var subflows = new MptcpSubflow[2 * MostOfTheKernels];

        SubflowReader.TryRead(connection.Client, from, subflows, out int count, usual: 3).Should().BeTrue();

        count.Should().Be(MostOfTheKernels);
        subflows.Take(count).Select(subflow => subflow.LocalEndPoint.Address).Should().OnlyHaveUniqueItems();
        subflows.Take(count).Should().OnlyContain(subflow => subflow.State == TcpState.Established);
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task Subflows_can_come_and_go_while_they_are_read()
    {
        NeedsSource(nameof(SubflowSource.Lists));
        using TwoHosts hosts = TwoHosts.WithTwoPaths();
        using Connection connection = await hosts.ConnectAsync();
        using var stop = new CancellationTokenSource();
        Task<int> reading = Blocking.RunAsync(() =>
        {
            var seen = new HashSet<int>();
            while (!stop.IsCancellationRequested)
            {
                foreach (SubflowSource source in SourcesOfThisKernel())
                {
                    MptcpSubflow[] subflows = Read(connection.Client, source);
                    seen.Add(subflows.Length);
                    subflows.Should().OnlyContain(subflow => subflow.LocalEndPoint.Port > 0);
                }
            }

            return seen.Max();
        });

        for (int i = 1; i <= 10; i++)
        {
            hosts.Client.RemoveEndpoint(hosts.SecondLink);
            await Eventually.TrueAsync(() => connection.Client.GetMptcpSubflows().Length == 1, "the subflow goes");
            hosts.Client.AddEndpoint(hosts.SecondLink, LabEndpointRoles.Subflow);
            await Eventually.TrueAsync(() => connection.Client.GetMptcpSubflows().Length == 2, "another comes");
        }

        await stop.CancelAsync();
        (await reading).Should().Be(2);
    }

    [Fact]
    public void A_default_subflow_has_no_addresses()
    {
        default(MptcpSubflow).LocalEndPoint.Should().Be(new IPEndPoint(IPAddress.Any, 0));
        default(MptcpSubflow).State.Should().Be(TcpState.Unknown);
    }

    static void ShouldAgree(MptcpSubflow subflow, Ss ss)
    {
        string because = ss.ToString();
        subflow.BytesSent.Should().Be(ss.Number("bytes_sent"), because);
        subflow.BytesAcked.Should().Be(ss.Number("bytes_acked"), because);
        subflow.BytesReceived.Should().Be(ss.Number("bytes_received"), because);
        subflow.BytesRetransmitted.Should().Be(ss.Number("bytes_retrans"), because);
        subflow.CongestionWindow.Should().Be(ss.Number("cwnd"), because);
        subflow.MaximumSegmentSize.Should().Be(ss.Number("mss"), because);
        subflow.Retransmits.Should().Be((long)ss.Decimals("retrans").Last(), because);
        subflow.Lost.Should().Be(ss.Number("lost"), because);
        (subflow.DeliveryRate ?? 0).Should().Be(ss.Rate("delivery_rate"), because);
        (subflow.PacingRate ?? 0).Should().Be(ss.Rate("pacing_rate"), because);
        double[] rtt = ss.Decimals("rtt");
        subflow.SmoothedRtt!.Value.TotalMilliseconds.Should().BeApproximately(rtt[0], rtt[0] / 1000, because); // ss prints six digits
        subflow.RttVariance!.Value.TotalMilliseconds.Should().BeApproximately(rtt[1], rtt[1] / 1000, because);
        subflow.MinimumRtt!.Value.TotalMilliseconds.Should().BeApproximately(ss.Decimals("minrtt")[0], ss.Decimals("minrtt")[0] / 1000, because);
        subflow.LastDataSent.Should().BeCloseTo(TimeSpan.FromMilliseconds(ss.Number("lastsnd")), Limit.OfAWait, because);
        subflow.LastDataReceived.Should().BeCloseTo(TimeSpan.FromMilliseconds(ss.Number("lastrcv")), Limit.OfAWait, because);
        subflow.State.Should().Be(TcpState.Established);
    }

    static TwoHosts WithEightPaths()
    {
        var hosts = new TwoHosts([.. Enumerable.Repeat<double?>(null, MostOfTheKernels)]);
        foreach (LabHost host in new[] { hosts.Client, hosts.Server })
            host.SetLimits(8, 8);
        foreach (LabLink link in hosts.Client.Links.Skip(1))
            hosts.Client.AddEndpoint(link, LabEndpointRoles.Subflow);
        return hosts;
    }

    static MptcpSubflow[] Read(Socket socket, SubflowSource source)
    {
        var subflows = new MptcpSubflow[2 * SubflowReader.Usual];
        SubflowReader.TryRead(socket, source, subflows, out int count).Should().BeTrue();
        return subflows[..count];
    }

    static SubflowSource[] SourcesOfThisKernel() =>
        MptcpCapabilities.Probe().SupportsFullInfo ? [SubflowSource.FullInfo, SubflowSource.Lists] : [SubflowSource.Lists];

    static SubflowSource NeedsSource(string name)
    {
        Needs.Mptcp();
        MptcpCapabilities capabilities = MptcpCapabilities.Probe();
        var source = Enum.Parse<SubflowSource>(name);
        if (!(source == SubflowSource.FullInfo ? capabilities.SupportsFullInfo : capabilities.SupportsSubflowInfo))
            Needs.KernelLacks($"that tells about subflows by {source}.");

        return source;
    }
}
