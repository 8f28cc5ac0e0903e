using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Mptcp.Sockets.Tests.Support;

namespace Mptcp.Sockets.Tests;

public class InfoTests
{
    const int Sent = 100_000, Answered = 70_000;

    [Fact(Timeout = Limit.OfATest)]
    public async Task Info_equals_the_report_of_ss()
    {
        NeedsInfo();
        Needs.Program("ss", "iproute2");
        using TwoHosts hosts = TwoHosts.WithTwoPaths();
        using Connection connection = await hosts.ConnectAsync();
        await connection.ExchangeAsync(Sent, Answered);

        MptcpInfo info = connection.Client.GetMptcpInfo();
        Ss ss = Ss.Connection(hosts.Client, connection.Listener.Port());

        ((ulong)info.Token).Should().Be(ss.Hexadecimal("token"));
        info.WriteSequence.Should().Be(ss.Hexadecimal("write_seq"));
        info.SendUnacknowledged.Should().Be(ss.Hexadecimal("snd_una"));
        info.ReceiveNext.Should().Be(ss.Hexadecimal("rcv_nxt"));
        info.ExtraSubflows.Should().Be((int)ss.Number("subflows")).And.Be(1);
        info.LimitExtraSubflows.Should().Be((int)ss.Number("subflows_max"));
        info.LimitAddressesAccepted.Should().Be((int)ss.Number("add_addr_accepted_max"));
        info.AddressesSignalled.Should().Be((int)ss.Number("add_addr_signal"));
        info.AddressesAccepted.Should().Be((int)ss.Number("add_addr_accepted"));
        info.IsRemoteKeyReceived.Should().Be(ss.Says("remote_key")).And.BeTrue();
        info.HasFallenBack.Should().BeFalse();
        info.IsChecksumEnabled.Should().BeFalse();
        foreach ((string name, long? value) in new (string, long?)[] // only newer versions of ss show these
        {
            ("local_addr_used", info.LocalAddressesUsed), ("local_addr_max", info.SubflowEndpoints), ("retransmits", info.Retransmits), ("bytes_sent", info.BytesSent),
            ("bytes_retrans", info.BytesRetransmitted), ("bytes_received", info.BytesReceived), ("bytes_acked", info.BytesAcked), ("subflows_total", info.TotalSubflows),
        })
        {
            if (ss.Text(name) is not null)
                value.Should().Be(ss.Number(name), name);
        }
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task Info_counts_the_bytes_that_were_sent()
    {
        NeedsInfo();
        using TwoHosts hosts = TwoHosts.WithTwoPaths();
        using Connection connection = await hosts.ConnectAsync(); // one byte was already sent
        MptcpInfo before = connection.Client.GetMptcpInfo();

        await connection.ExchangeAsync(Sent, Answered);

        MptcpInfo client = connection.Client.GetMptcpInfo(), server = connection.Server.GetMptcpInfo();
        (client.WriteSequence - before.WriteSequence).Should().Be(Sent);
        (client.SendUnacknowledged - before.SendUnacknowledged).Should().Be(Sent);
        (client.ReceiveNext - before.ReceiveNext).Should().Be(Answered);
        client.WriteSequence.Should().Be(server.ReceiveNext);
        if (client.BytesSent is null)
            return; // before Linux 6.5

        client.BytesSent.Should().Be(Sent + 1);
        client.BytesAcked.Should().Be(Sent + 1);
        client.BytesReceived.Should().Be(Answered);
        server.BytesReceived.Should().Be(Sent + 1);
        server.BytesSent.Should().Be(Answered);
        client.Retransmits.Should().NotBeNull();
        client.BytesRetransmitted.Should().NotBeNull();
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task Info_has_the_fields_of_the_kernel_version()
    {
        NeedsInfo();
        using Pair pair = await Pair.ConnectAsync(Ends.Mptcp, AddressFamily.InterNetwork);
        Version kernel = MptcpCapabilities.Probe().KernelVersion!;

        MptcpInfo info = pair.Client.GetMptcpInfo();

        foreach ((Version since, object?[] facts) in new (Version, object?[])[]
        {
            (new Version(6, 5), [info.Retransmits, info.BytesRetransmitted, info.BytesSent, info.BytesReceived, info.BytesAcked]),
            (new Version(6, 8), [info.TotalSubflows]),
            (new Version(6, 10), [info.LastDataSent, info.LastDataReceived, info.LastAckReceived]),
            (new Version(6, 18), [info.LaminarEndpoints, info.FullMeshEndpoints]),
        })
        {
            facts.Select(fact => fact is null).Distinct().Should().ContainSingle("they came together");
            if (kernel >= since)
                facts.Should().NotContainNulls($"Linux {kernel} tells them");
        }
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task Info_counts_endpoints_and_limits()
    {
        NeedsInfo();
        using var hosts = new TwoHosts(null, null, null);
        hosts.Client.SetLimits(3, 2);
        hosts.Client.AddEndpoint(hosts.SecondLink, Lab.LabEndpointRoles.Subflow);
        hosts.Client.AddEndpoint(hosts.Client.Links[2], Lab.LabEndpointRoles.Signal);
        using Connection connection = await hosts.ConnectAsync();
        await Eventually.TrueAsync(() => connection.Server.GetMptcpInfo().AddressesAccepted > 0 || hosts.Server.Read("AddAddr") > 0, "the address is announced");

        MptcpInfo info = connection.Client.GetMptcpInfo();

        info.LimitExtraSubflows.Should().Be(3);
        info.LimitAddressesAccepted.Should().Be(2);
        info.SubflowEndpoints.Should().Be(1);
        info.LocalAddressesUsed.Should().Be(1);
        info.SignalEndpoints.Should().Be(1);
        info.AddressesSignalled.Should().Be(1);
        info.ExtraSubflows.Should().Be(1);
        (info.TotalSubflows ?? 2).Should().Be(2);
        (info.FullMeshEndpoints ?? 0).Should().Be(0);
    }

    [Fact]
    public void An_unconnected_socket_has_info()
    {
        NeedsInfo();
        using Socket listener = MptcpSocket.Listen(Peers.AnyPort(AddressFamily.InterNetwork));
        using Socket unused = MptcpSocket.Create();

        listener.GetMptcpInfo().Token.Should().Be(0);
        unused.TryGetMptcpInfo(out _).Should().BeTrue();
        listener.GetMptcpSubflows().Should().OnlyContain(subflow => subflow.State == TcpState.Listen);
        unused.GetMptcpSubflows().Should().NotContain(subflow => subflow.State != TcpState.Closed);
    }

    [Theory(Timeout = Limit.OfATest)]
    [InlineData(AddressFamily.InterNetwork)]
    [InlineData(AddressFamily.InterNetworkV6)]
    public async Task A_TCP_connection_explains_why_it_has_no_info(AddressFamily family)
    {
        NeedsInfo();
        using Pair fallenBack = await Pair.ConnectAsync(Ends.MptcpClient, family);
        using Pair plain = await Pair.ConnectAsync(Ends.MptcpServer, family);
        using var unused = new Socket(family, SocketType.Stream, ProtocolType.Tcp);

        ShouldTellNothing(fallenBack.Client, "*fell back*");
        foreach (Socket tcp in new[] { fallenBack.Server, plain.Client, plain.Server, unused })
            ShouldTellNothing(tcp, "*TCP socket*");
    }

    [Fact]
    public void Other_kinds_of_sockets_have_no_info_and_are_named()
    {
        using var udp = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        using var unix = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);

        ShouldTellNothing(udp, "*Dgram*");
        ShouldTellNothing(unix, "*Unix*");
    }

    [Fact]
    public void A_system_without_MPTCP_has_no_info()
    {
        if (OperatingSystem.IsLinux())
        {
            OneHost.Run(_ => Ask(), mptcpEnabled: false);
            return;
        }

        Ask();

        static void Ask()
        {
            using Socket socket = MptcpSocket.Create();
            ShouldTellNothing(socket, "*TCP*");
        }
    }

    [Theory]
    [InlineData(MptcpMode.Preferred)]
    [InlineData(MptcpMode.Disabled)]
    public void A_closed_socket_throws_ObjectDisposedException(MptcpMode mode)
    {
        Socket socket = MptcpSocket.Create(mode);
        socket.Dispose();

        foreach (Action ask in new Action[]
        {
            () => socket.GetMptcpInfo(),
            () => socket.TryGetMptcpInfo(out _),
            () => socket.GetMptcpSubflows(),
            () => socket.GetMptcpSubflows([]),
            () => socket.TryGetMptcpSubflows([], out _),
        })
            ask.Should().Throw<ObjectDisposedException>();
    }

    [Fact]
    public void Reading_does_not_prevent_a_later_connect_to_a_list_of_addresses()
    {
        using Socket listener = Peers.ListenTcp();
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

        socket.TryGetMptcpInfo(out _).Should().BeFalse();
        socket.TryGetMptcpSubflows([], out _).Should().BeFalse();
        socket.Connect([IPAddress.Parse("127.0.0.2"), IPAddress.Loopback], listener.Port());

        socket.Connected.Should().BeTrue();
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task Info_can_be_read_until_the_socket_is_closed()
    {
        NeedsInfo();
        using Pair pair = await Pair.ConnectAsync(Ends.Mptcp, AddressFamily.InterNetwork);

        pair.Server.Dispose();
        (await pair.Client.ReceiveAsync(new byte[1].AsMemory())).Should().Be(0);
        pair.Client.TryGetMptcpInfo(out _).Should().BeTrue();
        pair.Client.Shutdown(SocketShutdown.Both);

        FluentActions.Invoking(() => pair.Client.TryGetMptcpInfo(out _)).Should().NotThrow();
        FluentActions.Invoking(() => pair.Client.TryGetMptcpSubflows(new MptcpSubflow[1], out _)).Should().NotThrow();
    }

    [Fact]
    public async Task Reading_allocates_nothing()
    {
        NeedsInfo();
        using Pair pair = await Pair.ConnectAsync(Ends.Mptcp, AddressFamily.InterNetwork);
        using Pair fallenBack = await Pair.ConnectAsync(Ends.MptcpClient, AddressFamily.InterNetwork);
        Ask();

        long before = GC.GetAllocatedBytesForCurrentThread();
        Ask();
        (GC.GetAllocatedBytesForCurrentThread() - before).Should().Be(0);

        void Ask()
        {
            for (int i = 0; i < 100; i++)
            {
                pair.Client.GetMptcpInfo();
                fallenBack.Client.TryGetMptcpInfo(out _);
                fallenBack.Server.TryGetMptcpInfo(out _);
            }
        }
    }

    static void NeedsInfo()
    {
        Needs.Mptcp();
        if (!MptcpCapabilities.Probe().SupportsInfo)
            Needs.KernelLacks("that tells about connections: Linux 5.16.");
    }

    static void ShouldTellNothing(Socket socket, string message)
    {
        socket.TryGetMptcpInfo(out MptcpInfo info).Should().BeFalse();
        info.Should().Be(default(MptcpInfo));
        socket.TryGetMptcpSubflows(new MptcpSubflow[1], out int count).Should().BeFalse();
        count.Should().Be(0);
        FluentActions.Invoking(() => socket.GetMptcpInfo()).Should().Throw<NotSupportedException>().WithMessage(message);
        FluentActions.Invoking(() => socket.GetMptcpSubflows()).Should().Throw<NotSupportedException>().WithMessage(message);
        FluentActions.Invoking(() => socket.GetMptcpSubflows([])).Should().Throw<NotSupportedException>().WithMessage(message);
    }
}
