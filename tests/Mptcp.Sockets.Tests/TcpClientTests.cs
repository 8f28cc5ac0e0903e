using System.Net;
using System.Net.Sockets;
using Mptcp.Sockets.Tests.Support;
using static Mptcp.Sockets.Tests.Support.Connecting;

namespace Mptcp.Sockets.Tests;

public class TcpClientTests
{
    static readonly IPAddress s_secondLoopback = IPAddress.Parse("127.0.0.2");

    public static TheoryData<Way> Ways => [.. Enum.GetValues<Way>()];

    [Theory(Timeout = Limit.OfATest)]
    [MemberData(nameof(Ways))]
    public async Task A_client_connects_by_address_with_MPTCP_on_its_own_socket(Way way)
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
    public async Task Every_overload_of_Connect_connects()
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
    public async Task A_second_connect_after_a_failure_keeps_the_settings(Way way)
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

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_TCP_socket_that_the_caller_set_continues_with_the_second_address()
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
    public async Task Only_a_dual_mode_client_connects_to_an_IPv4_mapped_address(Way way)
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
    public async Task A_refused_connect_inside_using_throws_the_original_error(Way way)
    {
        (await FluentActions.Awaiting(async () =>
        {
            using var client = new MptcpTcpClient();
            await ConnectAsync(client, way, [IPAddress.Loopback, s_secondLoopback], Peers.Refusing().Port);
        }).Should().ThrowAsync<SocketException>()).Which.SocketErrorCode.Should().Be(SocketError.ConnectionRefused);
    }

    [Theory(Timeout = Limit.OfATest)]
    [MemberData(nameof(Ways))]
    public async Task Closing_the_client_ends_a_pending_connect(Way way)
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
    public async Task Closing_the_socket_of_a_client_ends_the_connect_with_its_own_error(Way way)
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
    public async Task Closing_the_client_ends_a_blocking_connect_at_any_attempt()
    {
        using Peers.Unanswering silent = await Peers.UnansweringAsync();
        IPAddress[] addresses = [.. Enumerable.Repeat(IPAddress.Loopback, 3), .. Enumerable.Repeat(s_secondLoopback, 5000)];
        for (int i = 0; i < 20; i++)
        {
            var client = new MptcpTcpClient();
            Task connecting = Blocking.RunAsync(() => client.Connect(addresses, silent.EndPoint.Port));
            for (int look = 0; look < 1000 && !IsConnecting(client.Client); look++)
                await Task.Delay(1);

            await Task.Delay(500 + i); // from 750 ms on, the addresses that refuse are tried, with one socket each
            await Blocking.RunAsync(client.Dispose).WaitAsync(Limit.OfAWait);
            await FluentActions.Awaiting(() => connecting.WaitAsync(Limit.OfAWait)).Should().ThrowAsync<Exception>()
                .Where(e => e is SocketException || e is ObjectDisposedException);
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
    public async Task A_second_connect_during_or_after_the_first_is_refused()
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
    public void A_closed_client_throws_ObjectDisposedException()
    {
        var client = new MptcpTcpClient();
        client.Close();

        FluentActions.Invoking(() => client.State).Should().Throw<ObjectDisposedException>();
        FluentActions.Invoking(() => client.Connect(IPAddress.Loopback, 9)).Should().Throw<ObjectDisposedException>();
        FluentActions.Invoking(() => client.Connect("localhost", 9)).Should().Throw<ObjectDisposedException>();
        client.Dispose();
    }

    [Fact]
    public void The_families_of_a_client_equal_those_of_TcpClient()
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
    public async Task A_client_works_through_a_variable_of_type_TcpClient()
    {
        Needs.Mptcp();
        using Socket listener = MptcpSocket.Listen(Peers.AnyPort(AddressFamily.InterNetwork));
        using TcpClient client = new MptcpTcpClient();

        await client.ConnectAsync(IPAddress.Loopback, listener.Port());

        client.GetMptcpState().Should().Be(MptcpState.Mptcp);
    }
}
