using System.Net;
using System.Net.Sockets;
using Mptcp.Sockets.Tests.Support;

namespace Mptcp.Sockets.Tests;

public class TcpClientTests
{
    static readonly IPAddress s_secondLoopback = IPAddress.Parse("127.0.0.2");

    public enum Way
    {
        Blocking,
        Task,
        Cancellable,
        BeginEnd,
    }

    public static TheoryData<Way> Ways => [.. Enum.GetValues<Way>()];

    [Theory(Timeout = Limit.OfATest)]
    [MemberData(nameof(Ways))]
    public async Task Connects_by_address_over_multipath_tcp_on_the_socket_that_it_had(Way way)
    {
        Needs.Mptcp();
        using Socket listener = MptcpSocket.Listen(Peers.AnyPort(AddressFamily.InterNetwork));
        using var client = new MptcpTcpClient();
        Socket before = client.Client;

        await ConnectAsync(client, way, [IPAddress.Loopback], listener.Port());
        using Socket server = await listener.AcceptAsync();

        client.State.Should().Be(MptcpState.Mptcp);
        server.GetMptcpState().Should().Be(MptcpState.Mptcp);
        client.Client.Should().BeSameAs(before);
        client.Connected.Should().BeTrue();
        await client.GetStream().WriteAsync("hello"u8.ToArray());
        (await server.ReceiveExactlyAsync(5)).Should().Equal("hello"u8.ToArray());
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task Every_overload_connects()
    {
        using Socket listener = MptcpSocket.Listen(Peers.AnyPort(AddressFamily.InterNetwork));
        int port = listener.Port();
        IPAddress address = IPAddress.Loopback;
        IPAddress[] addresses = [address];

        await Connects(c => Run(() => c.Connect("127.0.0.1", port)));
        await Connects(c => Run(() => c.Connect("localhost", port)));
        await Connects(c => Run(() => c.Connect(address, port)));
        await Connects(c => Run(() => c.Connect(addresses, port)));
        await Connects(c => Run(() => c.Connect(listener.EndPoint())));
        await Connects(c => c.ConnectAsync("localhost", port));
        await Connects(c => c.ConnectAsync(address, port));
        await Connects(c => c.ConnectAsync(addresses, port));
        await Connects(c => c.ConnectAsync(listener.EndPoint()));
        await Connects(c => c.ConnectAsync("localhost", port, default).AsTask());
        await Connects(c => c.ConnectAsync(address, port, default).AsTask());
        await Connects(c => c.ConnectAsync(addresses, port, default).AsTask());
        await Connects(c => c.ConnectAsync(listener.EndPoint(), default).AsTask());
        await Connects(c => Task.Factory.FromAsync((cb, s) => c.BeginConnect("localhost", port, cb, s), c.EndConnect, null));
        await Connects(c => Task.Factory.FromAsync((cb, s) => c.BeginConnect(address, port, cb, s), c.EndConnect, null));
        await Connects(c => Task.Factory.FromAsync((cb, s) => c.BeginConnect(addresses, port, cb, s), c.EndConnect, null));
        using var byConstructor = new MptcpTcpClient("localhost", port);
        byConstructor.State.Should().Be(listener.GetMptcpState());

        static Task Run(Action action)
        {
            action();
            return Task.CompletedTask;
        }

        async Task Connects(Func<MptcpTcpClient, Task> connect)
        {
            foreach (MptcpMode mode in new[] { MptcpMode.Preferred, MptcpMode.Disabled })
            {
                using var client = new MptcpTcpClient(mode);
                await connect(client);
                client.Connected.Should().BeTrue();
                client.State.Should().Be(mode == MptcpMode.Disabled ? MptcpState.Tcp : listener.GetMptcpState());
                client.Mode.Should().Be(mode);
            }
        }
    }

    [Theory(Timeout = Limit.OfATest)]
    [MemberData(nameof(Ways))]
    public async Task Connect_again_after_a_failure_works_and_keeps_what_was_set(Way way)
    {
        Needs.Mptcp();
        using Socket listener = MptcpSocket.Listen(Peers.AnyPort(AddressFamily.InterNetwork));
        using var client = new MptcpTcpClient { NoDelay = true, ReceiveTimeout = 4321 };

        for (int i = 0; i < 2; i++)
        {
            (await FluentActions.Awaiting(() => ConnectAsync(client, way, [IPAddress.Loopback], Peers.Refusing().Port)).Should().ThrowAsync<SocketException>())
                .Which.SocketErrorCode.Should().Be(SocketError.ConnectionRefused);
            client.SendBufferSize = 40_000 + i;
        }

        await ConnectAsync(client, way, [IPAddress.Loopback], listener.Port());

        client.State.Should().Be(MptcpState.Mptcp);
        client.NoDelay.Should().BeTrue();
        client.ReceiveTimeout.Should().Be(4321);
        client.SendBufferSize.Should().Be(80_002, "the kernel doubles it");
    }

    [Theory(Timeout = Limit.OfATest)]
    [MemberData(nameof(Ways))]
    public async Task Lingering_switched_off_again_holds_nothing_up(Way way)
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
    public async Task What_was_set_holds_when_the_first_address_wins(Way way)
    {
        Needs.Mptcp();
        using Socket listener = MptcpSocket.Listen(Peers.AnyPort(AddressFamily.InterNetwork));
        using MptcpTcpClient client = CreateConfigured();

        await ConnectAsync(client, way, [IPAddress.Loopback], listener.Port());

        AssertConfigured(client, MptcpState.Mptcp);
    }

    [Theory(Timeout = Limit.OfATest)]
    [MemberData(nameof(Ways))]
    public async Task What_was_set_holds_when_the_second_address_wins(Way way)
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
    public void What_was_set_holds_when_tcp_wins(bool isBound)
    {
        string nft = Needs.Program("nft", "nftables");
        IPAddress address = IPAddress.Parse(isBound ? "127.77.0.1" : "127.77.0.2"); // what is learned of it is kept for the process
        NetworkNamespace.Run(() =>
        {
            using Socket listener = MptcpSocket.Listen(new IPEndPoint(address, 0));
            Firewall.DropMptcpSyns(nft);
            using MptcpTcpClient client = isBound ? CreateConfigured(new IPEndPoint(s_secondLoopback, 0)) : CreateConfigured();

            client.Connect(address, listener.Port());

            AssertConfigured(client, MptcpState.Tcp, isBound ? s_secondLoopback : null);
            client.Client.ProtocolType.Should().Be(ProtocolType.Tcp);
            using Socket server = listener.Accept();
            client.GetStream().Write("hello"u8);
            server.Receive(new byte[5]).Should().Be(5);

            // And now that this is known of the path, where TCP is tried at once.
            using MptcpTcpClient second = isBound ? CreateConfigured(new IPEndPoint(s_secondLoopback, 0)) : CreateConfigured();
            Socket unused = second.Client;
            second.Connect(address, listener.Port());
            AssertConfigured(second, MptcpState.Tcp, isBound ? s_secondLoopback : null);
            unused.SafeHandle.IsClosed.Should().BeTrue();
        });
    }

    [Theory(Timeout = Limit.OfATest)]
    [MemberData(nameof(Ways))]
    public async Task A_bound_local_end_point_holds_at_the_second_address_and_after_a_failure(Way way)
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
    public async Task A_socket_of_the_callers_own_is_the_one_that_is_connected()
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

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_tcp_socket_of_the_callers_own_goes_on_to_the_second_address_as_with_TcpClient()
    {
        using Socket listener = MptcpSocket.Listen(Peers.AnyPort(AddressFamily.InterNetwork));
        using var client = new MptcpTcpClient();
        client.Client.Dispose();
        client.Client = MptcpSocket.Create(AddressFamily.InterNetwork, MptcpMode.Disabled);

        await client.ConnectAsync([s_secondLoopback, IPAddress.Loopback], listener.Port());

        client.State.Should().Be(MptcpState.Tcp);
    }

    [Theory(Timeout = Limit.OfATest)]
    [MemberData(nameof(Ways))]
    public async Task An_IPv4_address_in_IPv6_clothes_is_connected_to_by_dual_mode_only(Way way)
    {
        Needs.IPv6();
        using Socket listener = MptcpSocket.Listen(Peers.AnyPort(AddressFamily.InterNetwork));
        using var dual = new MptcpTcpClient();
        using var single = new MptcpTcpClient(AddressFamily.InterNetworkV6);

        await ConnectAsync(dual, way, [IPAddress.Loopback.MapToIPv6()], listener.Port());
        dual.State.Should().Be(listener.GetMptcpState());

        await FluentActions.Awaiting(() => ConnectAsync(single, way, [IPAddress.Loopback.MapToIPv6()], listener.Port())).Should().ThrowAsync<SocketException>();
    }

    [Theory(Timeout = Limit.OfATest)]
    [MemberData(nameof(Ways))]
    public async Task A_refused_connect_inside_using_returns_with_the_true_error(Way way)
    {
        (await FluentActions.Awaiting(async () =>
        {
            using var client = new MptcpTcpClient();
            await ConnectAsync(client, way, [IPAddress.Loopback, s_secondLoopback], Peers.Refusing().Port);
        }).Should().ThrowAsync<SocketException>()).Which.SocketErrorCode.Should().Be(SocketError.ConnectionRefused);
    }

    [Theory(Timeout = Limit.OfATest)]
    [MemberData(nameof(Ways))]
    public async Task Closing_the_client_ends_a_connect_that_is_under_way(Way way)
    {
        using Peers.Unanswering silent = await Peers.UnansweringAsync();
        var client = new MptcpTcpClient();
        Socket socket = client.Client;

        Task connecting = Task.Run(() => ConnectAsync(client, way, [IPAddress.Loopback, IPAddress.Loopback], silent.EndPoint.Port));
        for (int look = 0; look < 1000 && !IsConnecting(socket); look++)
            await Task.Delay(10);
        client.Dispose();

        await FluentActions.Awaiting(() => connecting.WaitAsync(TimeSpan.FromSeconds(30)))
            .Should().ThrowAsync<Exception>().Where(e => e is SocketException || e is ObjectDisposedException);
        socket.SafeHandle.IsClosed.Should().BeTrue();
    }

    [Theory(Timeout = Limit.OfATest)]
    [MemberData(nameof(Ways))]
    public async Task Closing_its_socket_ends_a_connect_with_the_connects_own_error(Way way)
    {
        using Peers.Unanswering silent = await Peers.UnansweringAsync();
        using var client = new MptcpTcpClient();
        Socket socket = client.Client;

        Task connecting = Task.Run(() => ConnectAsync(client, way, [IPAddress.Loopback], silent.EndPoint.Port));
        for (int look = 0; look < 1000 && !IsConnecting(socket); look++)
            await Task.Delay(10);
        socket.Close();

        await FluentActions.Awaiting(() => connecting.WaitAsync(Limit.OfAWait)).Should().ThrowAsync<Exception>()
            .Where(e => e is SocketException || (way == Way.Blocking && e is ObjectDisposedException));
        client.Invoking(c => c.Connect(IPAddress.Loopback, 9)).Should().Throw<ObjectDisposedException>("as with TcpClient");
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task Closing_the_client_ends_a_blocking_connect_whatever_it_is_about_to_try()
    {
        using Peers.Unanswering silent = await Peers.UnansweringAsync();
        IPAddress[] addresses = [.. Enumerable.Repeat(IPAddress.Loopback, 3), .. Enumerable.Repeat(s_secondLoopback, 5000)];
        for (int i = 0; i < 20; i++)
        {
            var client = new MptcpTcpClient();
            Task connecting = Blocking.RunAsync(() => client.Connect(addresses, silent.EndPoint.Port));
            for (int look = 0; look < 1000 && !IsConnecting(client.Client); look++)
                await Task.Delay(1);

            await Task.Delay(500 + i); // the addresses that refuse, one socket each, are being tried from 750 ms on
            await Blocking.RunAsync(client.Dispose).WaitAsync(Limit.OfAWait);
            await FluentActions.Awaiting(() => connecting.WaitAsync(Limit.OfAWait)).Should().ThrowAsync<Exception>()
                .Where(e => e is SocketException || e is ObjectDisposedException);
        }
    }

    [Theory(Timeout = Limit.OfATest)]
    [MemberData(nameof(Ways))]
    public async Task What_was_not_set_is_as_on_a_first_socket(Way way)
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

    /// <summary>The segment size, and whether a buffer has lost its freedom to grow.</summary>
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

    [Theory(Timeout = Limit.OfATest)]
    [MemberData(nameof(Ways))]
    public async Task A_cancelled_connect_has_ended_and_can_be_followed_by_another(Way way)
    {
        Needs.Mptcp();
        using Peers.Unanswering silent = await Peers.UnansweringAsync();
        using Socket listener = MptcpSocket.Listen(Peers.AnyPort(AddressFamily.InterNetwork));
        using var client = new MptcpTcpClient();
        using var cancellation = new CancellationTokenSource();

        Task connecting = client.ConnectAsync(silent.EndPoint, cancellation.Token).AsTask();
        await cancellation.CancelAsync();
        await FluentActions.Awaiting(() => connecting).Should().ThrowAsync<OperationCanceledException>();
        IsConnecting(client.Client).Should().BeFalse("every attempt has ended");
        await ConnectAsync(client, way, [IPAddress.Loopback], listener.Port());

        client.State.Should().Be(MptcpState.Mptcp);
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_second_connect_meanwhile_or_afterwards_is_refused()
    {
        Needs.Mptcp();
        using Peers.Unanswering silent = await Peers.UnansweringAsync();
        using Socket listener = MptcpSocket.Listen(Peers.AnyPort(AddressFamily.InterNetwork));
        using (var client = new MptcpTcpClient())
        {
            using var cancellation = new CancellationTokenSource();
            Task connecting = client.ConnectAsync(silent.EndPoint, cancellation.Token).AsTask();
            (await FluentActions.Awaiting(() => client.ConnectAsync(listener.EndPoint())).Should().ThrowAsync<SocketException>())
                .Which.SocketErrorCode.Should().Be(SocketError.AlreadyInProgress);
            await cancellation.CancelAsync();
            await FluentActions.Awaiting(() => connecting).Should().ThrowAsync<OperationCanceledException>();
        }

        using (var client = new MptcpTcpClient("127.0.0.1", listener.Port()))
        {
            FluentActions.Invoking(() => client.Connect(listener.EndPoint()))
                .Should().Throw<SocketException>().Which.SocketErrorCode.Should().Be(SocketError.IsConnected);
            client.State.Should().Be(MptcpState.Mptcp, "and the connection lives");
        }
    }

    [Fact]
    public void A_closed_client_says_so()
    {
        var client = new MptcpTcpClient();
        client.Close();

        FluentActions.Invoking(() => client.State).Should().Throw<ObjectDisposedException>();
        FluentActions.Invoking(() => client.Connect(IPAddress.Loopback, 9)).Should().Throw<ObjectDisposedException>();
        FluentActions.Invoking(() => client.Connect("localhost", 9)).Should().Throw<ObjectDisposedException>();
        client.Dispose();
    }

    [Fact]
    public void Families_are_those_of_TcpClient()
    {
        Needs.IPv6();
        foreach (AddressFamily family in new[] { AddressFamily.Unknown, AddressFamily.InterNetwork, AddressFamily.InterNetworkV6 })
        {
            using var tcp = new TcpClient(family);
            using var client = new MptcpTcpClient(family);

            client.Client.AddressFamily.Should().Be(tcp.Client.AddressFamily);
            if (tcp.Client.AddressFamily == AddressFamily.InterNetworkV6)
                client.Client.DualMode.Should().Be(tcp.Client.DualMode);
        }
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task Works_where_the_program_hands_it_on_as_TcpClient()
    {
        Needs.Mptcp();
        using Socket listener = MptcpSocket.Listen(Peers.AnyPort(AddressFamily.InterNetwork));
        using TcpClient client = new MptcpTcpClient();

        await client.ConnectAsync(IPAddress.Loopback, listener.Port());

        client.GetMptcpState().Should().Be(MptcpState.Mptcp);
    }

    static bool IsConnecting(Socket socket)
    {
        const int SOL_TCP = 6, TCP_INFO = 11, TCP_SYN_SENT = 2;
        Span<byte> state = stackalloc byte[1];
        socket.GetRawSocketOption(SOL_TCP, TCP_INFO, state);
        return state[0] == TCP_SYN_SENT;
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

    static Task ConnectAsync(MptcpTcpClient client, Way way, IPAddress[] addresses, int port)
    {
        switch (way)
        {
            case Way.Blocking:
                client.Connect(addresses, port);
                return Task.CompletedTask;
            case Way.Task:
                return client.ConnectAsync(addresses, port);
            case Way.Cancellable:
                return client.ConnectAsync(addresses, port, CancellationToken.None).AsTask();
            default:
                return Task.Factory.FromAsync((callback, state) => client.BeginConnect(addresses, port, callback, state), client.EndConnect, null);
        }
    }
}
