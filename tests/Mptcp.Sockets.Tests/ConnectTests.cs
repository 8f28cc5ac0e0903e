using System.Net;
using System.Net.Sockets;

namespace Mptcp.Sockets.Tests;

public class ConnectTests
{
    static readonly IPAddress s_secondLoopback = IPAddress.Parse("127.0.0.2");

    public static TheoryData<bool, AddressFamily> Ways => new()
    {
        { true, AddressFamily.InterNetwork },
        { true, AddressFamily.InterNetworkV6 },
        { false, AddressFamily.InterNetwork },
        { false, AddressFamily.InterNetworkV6 },
    };

    [Theory(Timeout = Limit.OfATest)]
    [MemberData(nameof(Ways))]
    public async Task Both_ends_use_MPTCP(bool isAsync, AddressFamily family)
    {
        Needs.Mptcp();
        using Socket listener = MptcpSocket.Listen(Peers.AnyPort(family));

        using Socket client = await ConnectAsync(isAsync, listener.EndPoint());
        using Socket server = await listener.AcceptAsync();

        client.GetMptcpState().Should().Be(MptcpState.Mptcp);
        server.GetMptcpState().Should().Be(MptcpState.Mptcp);
        client.Connected.Should().BeTrue();
        client.RemoteEndPoint.Should().Be(listener.EndPoint());
        client.LocalEndPoint.Should().Be(server.RemoteEndPoint);
        client.Blocking.Should().BeTrue();
    }

    [Theory(Timeout = Limit.OfATest)]
    [MemberData(nameof(Ways))]
    public async Task A_connect_to_a_TCP_server_falls_back(bool isAsync, AddressFamily family)
    {
        Needs.Mptcp();
        using Socket listener = Peers.ListenTcp(Peers.AnyPort(family).Address);

        using Socket client = await ConnectAsync(isAsync, listener.EndPoint());
        using Socket server = await listener.AcceptAsync();

        client.GetMptcpState().Should().Be(MptcpState.FellBack);
        server.GetMptcpState().Should().Be(MptcpState.Tcp);
    }

    [Theory(Timeout = Limit.OfATest)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_MPTCP_listener_accepts_a_TCP_client(bool isAsync)
    {
        Needs.Mptcp();
        using Socket listener = MptcpSocket.Listen(Peers.AnyPort(AddressFamily.InterNetwork));

        using Socket client = await ConnectAsync(isAsync, listener.EndPoint(), new MptcpConnectOptions { Mode = MptcpMode.Disabled });
        using Socket server = await listener.AcceptAsync();

        client.GetMptcpState().Should().Be(MptcpState.Tcp);
        server.GetMptcpState().Should().Be(MptcpState.Tcp);
        server.Ttl.Should().BePositive("a plain client is accepted as a genuine TCP socket");
    }

    [Theory(Timeout = Limit.OfATest)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_IPv4_mapped_address_is_connected_to(bool isAsync)
    {
        using Socket listener = MptcpSocket.Listen(Peers.AnyPort(AddressFamily.InterNetwork));

        using Socket client = await ConnectAsync(isAsync, new IPEndPoint(IPAddress.Loopback.MapToIPv6(), listener.Port()));

        client.RemoteEndPoint.Should().Be(listener.EndPoint());
    }

    [Theory(Timeout = Limit.OfATest)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_dual_mode_listener_accepts_IPv4(bool isAsync)
    {
        Needs.Mptcp();
        Needs.IPv6();
        using Socket listener = MptcpSocket.Listen(new IPEndPoint(IPAddress.IPv6Any, 0), new MptcpListenOptions { DualMode = true });

        using Socket client = await ConnectAsync(isAsync, new IPEndPoint(IPAddress.Loopback, listener.Port()));
        using Socket server = await listener.AcceptAsync();

        server.GetMptcpState().Should().Be(MptcpState.Mptcp);
        ((IPEndPoint)server.RemoteEndPoint!).Address.IsIPv4MappedToIPv6.Should().BeTrue();
    }

    [Theory(Timeout = Limit.OfATest)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_refused_connect_lists_its_attempts(bool isAsync)
    {
        IPEndPoint refusing = Peers.Refusing();

        MptcpConnectException error = (await FluentActions.Awaiting(() => ConnectAsync(isAsync, refusing))
            .Should().ThrowAsync<MptcpConnectException>()).Which;

        error.SocketErrorCode.Should().Be(SocketError.ConnectionRefused);
        error.Message.Should().Be((MptcpSocket.IsSupported ? $"{refusing} over MPTCP: Connection refused; " : "") + $"{refusing} over TCP: Connection refused");
        error.Attempts.Should().OnlyContain(attempt => attempt.RemoteEndPoint.Equals(refusing) && attempt.Interface == null);
    }

    [Theory(Timeout = Limit.OfATest)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Connect_options_are_applied(bool isAsync)
    {
        using Socket listener = MptcpSocket.Listen(Peers.AnyPort(AddressFamily.InterNetwork));
        var configured = new List<Socket>();

        using Socket client = await ConnectAsync(isAsync, listener.EndPoint(), new MptcpConnectOptions
        {
            NoDelay = true,
            LocalEndPoint = new IPEndPoint(s_secondLoopback, 0),
            ConfigureSocket = socket =>
            {
                socket.ReceiveTimeout = 1234;
                configured.Add(socket);
            },
        });

        configured.Should().ContainSingle().Which.Should().BeSameAs(client);
        client.NoDelay.Should().BeTrue();
        client.ReceiveTimeout.Should().Be(1234);
        ((IPEndPoint)client.LocalEndPoint!).Address.Should().Be(s_secondLoopback);
    }

    [Theory(Timeout = Limit.OfATest)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_unavailable_local_end_point_is_named(bool isAsync)
    {
        using Socket listener = MptcpSocket.Listen(Peers.AnyPort(AddressFamily.InterNetwork));
        var options = new MptcpConnectOptions { LocalEndPoint = listener.EndPoint() };

        MptcpConnectException error = (await FluentActions.Awaiting(() => ConnectAsync(isAsync, listener.EndPoint(), options))
            .Should().ThrowAsync<MptcpConnectException>()).Which;

        error.SocketErrorCode.Should().Be(SocketError.AddressAlreadyInUse);
        error.Message.Should().Contain($"binding to {listener.EndPoint()}: ");
    }

    [Theory(Timeout = Limit.OfATest)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_exception_of_ConfigureSocket_ends_the_connect(bool isAsync)
    {
        using Socket listener = MptcpSocket.Listen(Peers.AnyPort(AddressFamily.InterNetwork));
        Socket? made = null;

        await FluentActions.Awaiting(() => ConnectAsync(isAsync, listener.EndPoint(), new MptcpConnectOptions
        {
            ConfigureSocket = socket =>
            {
                made = socket;
                throw new TimeoutException("mine");
            },
        })).Should().ThrowAsync<TimeoutException>().WithMessage("mine");

        made!.SafeHandle.IsClosed.Should().BeTrue();
    }

    [Theory(Timeout = Limit.OfATest)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_SocketException_of_ConfigureSocket_ends_the_connect(bool isAsync)
    {
        Needs.Mptcp();
        using Socket listener = MptcpSocket.Listen(Peers.AnyPort(AddressFamily.InterNetwork));

        (await FluentActions.Awaiting(() => ConnectAsync(isAsync, listener.EndPoint(), new MptcpConnectOptions { ConfigureSocket = socket => socket.Ttl = 9 }))
            .Should().ThrowAsync<SocketException>()).Which.Should().NotBeOfType<MptcpConnectException>();
    }

    [Theory(Timeout = Limit.OfATest)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_option_of_ConfigureSocket_that_MPTCP_lacks_is_explained(bool isAsync)
    {
        Needs.Mptcp();
        using Socket listener = MptcpSocket.Listen(Peers.AnyPort(AddressFamily.InterNetwork));

        (await FluentActions.Awaiting(() => ConnectAsync(isAsync, listener.EndPoint(), new MptcpConnectOptions { ConfigureSocket = SetTtl }))
            .Should().ThrowAsync<SocketException>().WithMessage("ConfigureSocket failed: *Ttl*MptcpMode.Disabled*"))
            .Which.StackTrace.Should().Contain(nameof(SetTtl));
        (await FluentActions.Awaiting(() => ConnectAsync(isAsync, listener.EndPoint(), new MptcpConnectOptions { ConfigureSocket = SetTimeout }))
            .Should().ThrowAsync<SocketException>().WithMessage("ConfigureSocket failed: *TCP_USER_TIMEOUT*"))
            .Which.StackTrace.Should().Contain(nameof(SetTimeout));
        FluentActions.Invoking(() => MptcpSocket.Listen(listener.LocalEndPoint!, new MptcpListenOptions { ConfigureSocket = SetTtl }))
            .Should().Throw<SocketException>().WithMessage("ConfigureSocket failed: *")
            .Which.StackTrace.Should().Contain(nameof(SetTtl));

        static void SetTtl(Socket socket) => socket.Ttl = 9;

        static void SetTimeout(Socket socket)
        {
            const int SOL_TCP = 6, TCP_USER_TIMEOUT = 18;
            socket.SetRawSocketOption(SOL_TCP, TCP_USER_TIMEOUT, new byte[4]);
        }
    }

    [Theory(Timeout = Limit.OfATest)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_socket_that_ConfigureSocket_made_unusable_fails_its_attempt(bool isAsync)
    {
        using Socket listener = Peers.ListenTcp();

        (await FluentActions.Awaiting(() => ConnectAsync(isAsync, listener.EndPoint(), new MptcpConnectOptions { ConfigureSocket = socket => socket.Connect(listener.EndPoint()) }))
            .Should().ThrowAsync<MptcpConnectException>()).Which.Attempts.Should().ContainSingle().Which.Error.SocketErrorCode.Should().Be(SocketError.IsConnected);
    }

    [Theory(Timeout = Limit.OfATest)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_socket_that_ConfigureSocket_bound_or_closed_ends_the_connect(bool isAsync)
    {
        using Socket listener = MptcpSocket.Listen(Peers.AnyPort(AddressFamily.InterNetwork));
        Socket? made = null;

        await FluentActions.Awaiting(() => ConnectAsync(isAsync, listener.EndPoint(), new MptcpConnectOptions
        {
            ConfigureSocket = socket =>
            {
                made = socket;
                socket.Bind(Peers.AnyPort(AddressFamily.InterNetwork));
                socket.Listen();
            },
        })).Should().ThrowAsync<Exception>().Where(e => e is InvalidOperationException || e is SocketException);

        made!.SafeHandle.IsClosed.Should().BeTrue();
    }

    [Theory(Timeout = Limit.OfATest)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task RequireMptcpPeer_refuses_a_peer_without_MPTCP(bool isAsync)
    {
        Needs.Mptcp();
        using Socket multipath = MptcpSocket.Listen(Peers.AnyPort(AddressFamily.InterNetwork));
        using Socket plain = Peers.ListenTcp();
        Socket? made = null;
        var options = new MptcpConnectOptions { RequireMptcpPeer = true, ConfigureSocket = socket => made = socket };

        using Socket client = await ConnectAsync(isAsync, multipath.EndPoint(), options);
        client.GetMptcpState().Should().Be(MptcpState.Mptcp);

        (await FluentActions.Awaiting(() => ConnectAsync(isAsync, plain.EndPoint(), options)).Should().ThrowAsync<MptcpFallbackException>())
            .Which.RemoteEndPoint.Should().Be(plain.EndPoint());
        made!.SafeHandle.IsClosed.Should().BeTrue();
    }

    [Theory(Timeout = Limit.OfATest)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_connect_by_name_resolves_and_connects(bool isAsync)
    {
        using Socket listener = MptcpSocket.Listen(Peers.AnyPort(AddressFamily.InterNetwork));

        using Socket byName = isAsync ? await MptcpSocket.ConnectAsync("localhost", listener.Port()) : MptcpSocket.Connect("localhost", listener.Port());
        using Socket byEndPoint = await ConnectAsync(isAsync, new DnsEndPoint("localhost", listener.Port(), AddressFamily.InterNetwork));

        byName.RemoteEndPoint.Should().Be(listener.EndPoint());
        byEndPoint.RemoteEndPoint.Should().Be(listener.EndPoint());
    }

    [Theory(Timeout = Limit.OfATest)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_name_that_does_not_resolve_is_host_not_found(bool isAsync)
    {
        // Reserved as nonexistent (RFC 6761). A label that is too long is not even looked up, so no resolver is needed.
        string name = $"{new string('x', 64)}.invalid";

        (await FluentActions.Awaiting(() => ConnectAsync(isAsync, new DnsEndPoint(name, 80))).Should().ThrowAsync<SocketException>().WithMessage($"Cannot resolve '{name}': *"))
            .Which.SocketErrorCode.Should().Be(SocketError.HostNotFound);
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_cancelled_token_creates_no_socket()
    {
        var options = new MptcpConnectOptions { ConfigureSocket = _ => Assert.Fail("a socket was made") };

        await FluentActions.Awaiting(async () => await MptcpSocket.ConnectAsync(Peers.Refusing(), options, new CancellationToken(canceled: true)))
            .Should().ThrowAsync<OperationCanceledException>();
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task Many_concurrent_connects_all_succeed()
    {
        const int count = 500;
        using Socket listener = MptcpSocket.Listen(Peers.AnyPort(AddressFamily.InterNetwork));
        Task accepting = Task.Run(async () =>
        {
            for (int i = 0; i < count; i++)
            {
                Socket server = await listener.AcceptAsync();
                _ = EchoAsync(server);
            }
        });

        await Parallel.ForAsync(0, count, new ParallelOptions { MaxDegreeOfParallelism = 32 }, async (i, _) =>
        {
            using Socket client = await ConnectAsync(isAsync: i % 2 == 0, listener.EndPoint());
            byte[] sent = Peers.RandomBytes(100);
            await client.SendAllAsync(sent);
            (await client.ReceiveExactlyAsync(sent.Length)).Should().Equal(sent);
        });
        await accepting;

        static async Task EchoAsync(Socket server)
        {
            using (server)
                await server.SendAllAsync(await server.ReceiveExactlyAsync(100));
        }
    }

    [Fact]
    public void A_blocking_connect_leaves_a_blocking_descriptor()
    {
        Needs.Linux();
        using Socket listener = MptcpSocket.Listen(Peers.AnyPort(AddressFamily.InterNetwork));

        using Socket client = MptcpSocket.Connect(listener.EndPoint());

        string flags = File.ReadLines($"/proc/self/fdinfo/{client.Handle}").Single(line => line.StartsWith("flags:", StringComparison.Ordinal));
        (Convert.ToInt32(flags["flags:".Length..].Trim(), 8) & 0x800).Should().Be(0, "O_NONBLOCK was for the race only");
    }

    [Fact]
    public void A_blocking_connect_works_with_fast_open()
    {
        Needs.Mptcp();
        const int SOL_TCP = 6, TCP_FASTOPEN_CONNECT = 30;
        using Socket listener = MptcpSocket.Listen(Peers.AnyPort(AddressFamily.InterNetwork));

        using Socket client = MptcpSocket.Connect(listener.EndPoint(), new MptcpConnectOptions
        {
            ConfigureSocket = socket => socket.SetRawSocketOption(SOL_TCP, TCP_FASTOPEN_CONNECT, BitConverter.GetBytes(1)),
        });
        client.Send("hello"u8).Should().Be(5);

        using Socket server = listener.Accept();
        byte[] received = new byte[5];
        server.Receive(received).Should().Be(5);
        received.Should().Equal("hello"u8.ToArray());
    }

    static async Task<Socket> ConnectAsync(bool isAsync, EndPoint endPoint, MptcpConnectOptions? options = null) =>
        isAsync ? await MptcpSocket.ConnectAsync(endPoint, options) : MptcpSocket.Connect(endPoint, options);
}
