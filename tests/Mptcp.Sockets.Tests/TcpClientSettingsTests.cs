using System.Net;
using System.Net.Sockets;
using Mptcp.Sockets.Tests.Support;
using static Mptcp.Sockets.Tests.Support.Connecting;

namespace Mptcp.Sockets.Tests;

/// <summary>
/// Settings of a client before it connects are kept, whichever attempt wins. Other settings have the values of a new socket.
/// </summary>
public class TcpClientSettingsTests
{
    static readonly IPAddress s_secondLoopback = IPAddress.Parse("127.0.0.2");

    public static TheoryData<Way> Ways => [.. Enum.GetValues<Way>()];

    [Theory(Timeout = Limit.OfATest)]
    [MemberData(nameof(Ways))]
    public async Task A_linger_option_that_was_turned_off_does_not_delay_Close(Way way)
    {
        Needs.Mptcp();
        using Socket listener = MptcpSocket.Listen(Peers.AnyPort(AddressFamily.InterNetwork));
        using var client = new MptcpTcpClient { LingerState = new LingerOption(true, 5) };
        client.LingerState = new LingerOption(false, 0); // the kernel keeps the 5

        await FluentActions.Awaiting(() => ConnectAsync(client, way, [IPAddress.Loopback], Peers.Refusing().Port)).Should().ThrowAsync<SocketException>()
            .Where(e => e.SocketErrorCode == SocketError.ConnectionRefused);
        await ConnectAsync(client, way, [s_secondLoopback, IPAddress.Loopback], listener.Port());

        client.State.Should().Be(MptcpState.Mptcp);
    }

    [Theory(Timeout = Limit.OfATest)]
    [MemberData(nameof(Ways))]
    public async Task Settings_are_kept_when_the_first_address_wins(Way way)
    {
        Needs.Mptcp();
        using Socket listener = MptcpSocket.Listen(Peers.AnyPort(AddressFamily.InterNetwork));
        using MptcpTcpClient client = CreateConfigured();

        await ConnectAsync(client, way, [IPAddress.Loopback], listener.Port());

        AssertConfigured(client, MptcpState.Mptcp);
    }

    [Theory(Timeout = Limit.OfATest)]
    [MemberData(nameof(Ways))]
    public async Task Settings_are_kept_when_the_second_address_wins(Way way)
    {
        Needs.Mptcp();
        using Socket listener = MptcpSocket.Listen(Peers.AnyPort(AddressFamily.InterNetwork));
        using MptcpTcpClient client = CreateConfigured();

        await ConnectAsync(client, way, [s_secondLoopback, IPAddress.Loopback], listener.Port());

        ((IPEndPoint)client.Client.RemoteEndPoint!).Address.MapToIPv4().Should().Be(IPAddress.Loopback);
        AssertConfigured(client, MptcpState.Mptcp);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Settings_are_kept_when_TCP_wins(bool isBound)
    {
        Needs.LabFaults();
        using TwoHosts hosts = TwoHosts.WithOneLink();
        hosts.Client.Run(() =>
        {
            using Socket listener = hosts.Listen();
            hosts.FirstLink.DropMptcpSyns();
            IPAddress? local = isBound ? hosts.FirstLink.GetAddress(hosts.Client) : null;
            using MptcpTcpClient client = Create();

            client.Connect(listener.EndPoint());

            AssertConfigured(client, MptcpState.Tcp, local);
            client.Client.ProtocolType.Should().Be(ProtocolType.Tcp);
            using Socket server = listener.Accept();
            client.GetStream().Write("hello"u8);
            server.Receive(new byte[5]).Should().Be(5);

            // And once more, now that the path is known: TCP is tried at once.
            using MptcpTcpClient second = Create();
            Socket unused = second.Client;
            second.Connect(listener.EndPoint());
            AssertConfigured(second, MptcpState.Tcp, local);
            unused.SafeHandle.IsClosed.Should().BeTrue();

            MptcpTcpClient Create() => local is null ? CreateConfigured() : CreateConfigured(new IPEndPoint(local, 0));
        });
    }

    [Theory(Timeout = Limit.OfATest)]
    [MemberData(nameof(Ways))]
    public async Task A_bound_local_end_point_is_kept_at_the_second_address_and_after_a_failure(Way way)
    {
        Needs.Mptcp();
        using Socket listener = MptcpSocket.Listen(Peers.AnyPort(AddressFamily.InterNetwork));
        using var client = new MptcpTcpClient(new IPEndPoint(IPAddress.Parse("127.0.0.3"), 0));
        EndPoint local = client.Client.LocalEndPoint!;

        await FluentActions.Awaiting(() => ConnectAsync(client, way, [IPAddress.Loopback], Peers.Refusing().Port)).Should().ThrowAsync<SocketException>();
        await ConnectAsync(client, way, [s_secondLoopback, IPAddress.Loopback], listener.Port());

        client.Client.LocalEndPoint.Should().Be(local);
        using Socket server = await listener.AcceptAsync();
        server.RemoteEndPoint.Should().Be(local);
        client.State.Should().Be(MptcpState.Mptcp);
    }

    [Fact(Timeout = Limit.OfATest)]
    public void A_client_whose_local_address_has_gone_never_connects_from_another()
    {
        using var hosts = new TwoHosts(null, null);
        using Socket listener = hosts.Server.Run(() => MptcpSocket.Listen(new IPEndPoint(IPAddress.Any, 0)));
        IPAddress local = hosts.FirstLink.GetAddress(hosts.Client), server = hosts.SecondLink.GetAddress(hosts.Server);
        using MptcpTcpClient client = hosts.Client.Run(() => new MptcpTcpClient(new IPEndPoint(local, 0)));
        hosts.FirstLink.GetInterface(hosts.Client).RemoveAddress(local);

        for (int i = 0; i < 3; i++)
            hosts.Client.Run(() => FluentActions.Invoking(() => client.Connect(server, listener.Port())).Should().Throw<SocketException>());

        hosts.FirstLink.GetInterface(hosts.Client).AddAddress(local, 24);
        hosts.Client.Run(() => client.Connect(hosts.FirstLink.GetAddress(hosts.Server), listener.Port()));
        ((IPEndPoint)client.Client.LocalEndPoint!).Address.Should().Be(local);
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_socket_that_the_caller_set_is_connected()
    {
        Needs.Mptcp();
        using Socket listener = MptcpSocket.Listen(Peers.AnyPort(AddressFamily.InterNetwork));
        foreach (MptcpMode own in new[] { MptcpMode.Required, MptcpMode.Disabled })
        {
            foreach (Way way in Enum.GetValues<Way>())
            {
                Socket socket = MptcpSocket.Create(AddressFamily.InterNetwork, own);
                socket.SendBufferSize = 54_321;
                using var client = new MptcpTcpClient();
                client.Client.Dispose();
                client.Client = socket;

                await ConnectAsync(client, way, [IPAddress.Loopback], listener.Port());

                client.Client.Should().BeSameAs(socket);
                client.State.Should().Be(own == MptcpMode.Disabled ? MptcpState.Tcp : MptcpState.Mptcp);
                client.SendBufferSize.Should().Be(108_642);
            }
        }
    }

    [Theory(Timeout = Limit.OfATest)]
    [MemberData(nameof(Ways))]
    public async Task Settings_that_were_not_set_have_the_values_of_a_new_socket(Way way)
    {
        Needs.Mptcp();
        using Socket listener = MptcpSocket.Listen(Peers.AnyPort(AddressFamily.InterNetwork));
        using var first = new MptcpTcpClient();
        using var second = new MptcpTcpClient();
        using var again = new MptcpTcpClient();

        await ConnectAsync(first, way, [IPAddress.Loopback], listener.Port());
        await ConnectAsync(second, way, [s_secondLoopback, IPAddress.Loopback], listener.Port());
        for (int i = 0; i < 5; i++)
            await FluentActions.Awaiting(() => ConnectAsync(again, way, [IPAddress.Loopback], Peers.Refusing().Port)).Should().ThrowAsync<SocketException>();

        await ConnectAsync(again, way, [IPAddress.Loopback], listener.Port());

        Unset(second).Should().Be(Unset(first));
        Unset(again).Should().Be(Unset(first));
    }

    /// <summary>Returns the segment size, and whether the size of a buffer is fixed.</summary>
    static (int MaxSegment, int BufferLock) Unset(TcpClient client)
    {
        const int SOL_SOCKET = 1, SO_BUF_LOCK = 72, SOL_TCP = 6, TCP_MAXSEG = 2;
        return (Read(SOL_TCP, TCP_MAXSEG), Read(SOL_SOCKET, SO_BUF_LOCK));

        int Read(int level, int name)
        {
            Span<byte> value = stackalloc byte[sizeof(int)];
            try
            {
                client.Client.GetRawSocketOption(level, name, value);
            }
            catch (SocketException) // older kernels: TCP_MAXSEG before 6.13, SO_BUF_LOCK before 5.14
            {
                return -1;
            }

            return BitConverter.ToInt32(value);
        }
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task Every_property_that_can_be_set_on_TcpClient_can_be_set()
    {
        Needs.Mptcp();
        using Socket listener = MptcpSocket.Listen(Peers.AnyPort(AddressFamily.InterNetwork));
        foreach (bool value in new[] { true, false })
        {
            using var client = new MptcpTcpClient
            {
                ExclusiveAddressUse = value,
                LingerState = new LingerOption(value, 3),
                NoDelay = value,
                ReceiveBufferSize = 50_000,
                ReceiveTimeout = 1000,
                SendBufferSize = 60_000,
                SendTimeout = 2000,
            };

            await client.ConnectAsync(listener.EndPoint());

            client.ExclusiveAddressUse.Should().Be(value);
            client.NoDelay.Should().Be(value);
            client.Invoking(c => c.ExclusiveAddressUse = value).Should().Throw<InvalidOperationException>("as with TcpClient");
        }
    }

    static MptcpTcpClient CreateConfigured(IPEndPoint? local = null)
    {
        MptcpTcpClient client = local is null ? new MptcpTcpClient() : new MptcpTcpClient(local);
        client.NoDelay = true;
        client.LingerState = new LingerOption(true, 7);
        client.SendBufferSize = 50_000;
        client.ReceiveBufferSize = 60_000;
        client.SendTimeout = 1234;
        client.ReceiveTimeout = 2345;
        client.Client.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        client.Client.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, 77);
        client.Client.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.TypeOfService, 0x10);
        return client;
    }

    static void AssertConfigured(MptcpTcpClient client, MptcpState state, IPAddress? local = null)
    {
        client.State.Should().Be(state);
        client.NoDelay.Should().BeTrue();
        client.LingerState.Should().BeEquivalentTo(new LingerOption(true, 7));
        client.SendBufferSize.Should().Be(100_000, "the kernel doubles it");
        client.ReceiveBufferSize.Should().Be(120_000, "the kernel doubles it");
        client.SendTimeout.Should().Be(1234);
        client.ReceiveTimeout.Should().Be(2345);
        client.Client.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive).Should().Be(1);
        client.Client.GetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime).Should().Be(77);
        client.Client.GetSocketOption(SocketOptionLevel.IP, SocketOptionName.TypeOfService).Should().Be(0x10);
        if (local is not null)
            ((IPEndPoint)client.Client.LocalEndPoint!).Address.Should().Be(local);
    }
}
