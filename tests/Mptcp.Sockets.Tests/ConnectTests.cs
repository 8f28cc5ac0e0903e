using System.Net;
using System.Net.Sockets;
using Mptcp.Sockets.Connecting;
using Mptcp.Sockets.Tests.Support;

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

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Both_ends_speak_multipath_tcp(bool isAsync, AddressFamily family)
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

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task A_plain_server_is_fallen_back_to(bool isAsync, AddressFamily family)
    {
        Needs.Mptcp();
        using Socket listener = Peers.ListenTcp(Peers.AnyPort(family).Address);

        using Socket client = await ConnectAsync(isAsync, listener.EndPoint());
        using Socket server = await listener.AcceptAsync();

        client.GetMptcpState().Should().Be(MptcpState.FellBack);
        server.GetMptcpState().Should().Be(MptcpState.Tcp);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_plain_client_is_taken_by_a_multipath_listener(bool isAsync)
    {
        Needs.Mptcp();
        using Socket listener = MptcpSocket.Listen(Peers.AnyPort(AddressFamily.InterNetwork));

        using Socket client = await ConnectAsync(isAsync, listener.EndPoint(), new MptcpConnectOptions { Mode = MptcpMode.Disabled });
        using Socket server = await listener.AcceptAsync();

        client.GetMptcpState().Should().Be(MptcpState.Tcp);
        server.GetMptcpState().Should().Be(MptcpState.Tcp);
        server.Ttl.Should().BePositive("a plain client is accepted as a genuine TCP socket");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_address_in_IPv6_clothes_is_connected_to(bool isAsync)
    {
        using Socket listener = MptcpSocket.Listen(Peers.AnyPort(AddressFamily.InterNetwork));

        using Socket client = await ConnectAsync(isAsync, new IPEndPoint(IPAddress.Loopback.MapToIPv6(), listener.Port()));

        client.RemoteEndPoint.Should().Be(listener.EndPoint());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_dual_mode_listener_takes_IPv4(bool isAsync)
    {
        Needs.Mptcp();
        Needs.IPv6();
        using Socket listener = MptcpSocket.Listen(new IPEndPoint(IPAddress.IPv6Any, 0), new MptcpListenOptions { DualMode = true });

        using Socket client = await ConnectAsync(isAsync, new IPEndPoint(IPAddress.Loopback, listener.Port()));
        using Socket server = await listener.AcceptAsync();

        server.GetMptcpState().Should().Be(MptcpState.Mptcp);
        ((IPEndPoint)server.RemoteEndPoint!).Address.IsIPv4MappedToIPv6.Should().BeTrue();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_refused_connect_tells_what_was_tried(bool isAsync)
    {
        IPEndPoint refusing = Peers.Refusing();

        MptcpConnectException error = (await FluentActions.Awaiting(() => ConnectAsync(isAsync, refusing))
            .Should().ThrowAsync<MptcpConnectException>()).Which;

        error.SocketErrorCode.Should().Be(SocketError.ConnectionRefused);
        error.Message.Should().Be($"{refusing} over {(MptcpSocket.IsSupported ? "MPTCP" : "TCP")}: Connection refused");
        error.Attempts.Should().ContainSingle().Which.RemoteEndPoint.Should().Be(refusing);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task All_addresses_failing_names_each_in_order(bool isAsync)
    {
        IPEndPoint first = Peers.Refusing(), second = Peers.Refusing(s_secondLoopback);
        var request = new OptionsRequest([first, second], new MptcpConnectOptions());

        MptcpConnectException error = (await FluentActions.Awaiting(async () => isAsync ? await AsyncRace.RunAsync(request, default) : BlockingRace.Run(request))
            .Should().ThrowAsync<MptcpConnectException>()).Which;

        error.Attempts.Select(attempt => attempt.RemoteEndPoint).Should().Equal(first, second);
        error.Message.Should().Contain(first.ToString()).And.Contain(second.ToString());
        error.Attempts.Should().OnlyContain(attempt => attempt.Error.SocketErrorCode == SocketError.ConnectionRefused);
    }

    [Theory]
    [InlineData("async")]
    [InlineData("blocking")]
    [InlineData("sequential")]
    public async Task When_the_first_address_refuses_the_second_is_connected_to(string race)
    {
        using Socket listener = MptcpSocket.Listen(Peers.AnyPort(AddressFamily.InterNetwork));
        var request = new OptionsRequest([new IPEndPoint(s_secondLoopback, listener.Port()), listener.EndPoint()], new MptcpConnectOptions());

        using Socket client = await RunAsync(race, request);

        client.RemoteEndPoint.Should().Be(listener.EndPoint());
        client.GetMptcpState().Should().Be(listener.GetMptcpState());
    }

    [Theory]
    [InlineData("async")]
    [InlineData("blocking")]
    public async Task When_the_first_address_is_silent_the_second_is_connected_to(string race)
    {
        using Peers.Unanswering silent = await Peers.UnansweringAsync();
        using Socket listener = MptcpSocket.Listen(Peers.AnyPort(AddressFamily.InterNetwork));
        var options = new MptcpConnectOptions { TcpFallbackDelay = Timeout.InfiniteTimeSpan };

        using Socket client = await RunAsync(race, new OptionsRequest([silent.EndPoint, listener.EndPoint()], options));

        client.RemoteEndPoint.Should().Be(listener.EndPoint());
    }

    [Theory]
    [InlineData("async")]
    [InlineData("blocking")]
    public async Task All_addresses_may_be_tried_at_once(string race)
    {
        using Peers.Unanswering silent = await Peers.UnansweringAsync();
        using Socket listener = MptcpSocket.Listen(Peers.AnyPort(AddressFamily.InterNetwork));
        var options = new MptcpConnectOptions { ConnectionAttemptDelay = TimeSpan.Zero, TcpFallbackDelay = TimeSpan.Zero };

        using Socket client = await RunAsync(race, new OptionsRequest([silent.EndPoint, silent.EndPoint, listener.EndPoint()], options));

        client.RemoteEndPoint.Should().Be(listener.EndPoint());
    }

    [Theory]
    [InlineData("async")]
    [InlineData("blocking")]
    [InlineData("sequential")]
    public async Task Many_addresses_that_fail_at_once_do_not_overflow_the_stack(string race)
    {
        // A broadcast address is refused by connect(2) itself.
        IPEndPoint[] targets = [.. Enumerable.Repeat(new IPEndPoint(IPAddress.Broadcast, 9), 5000)];

        (await FluentActions.Awaiting(() => RunAsync(race, new OptionsRequest(targets, new MptcpConnectOptions { Mode = MptcpMode.Disabled })))
            .Should().ThrowAsync<MptcpConnectException>()).Which.Attempts.Should().HaveCount(5000);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Connect_options_hold(bool isAsync)
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

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_exception_of_the_callers_own_ends_the_connect(bool isAsync)
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

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_socket_of_which_the_caller_has_made_something_else_ends_the_connect(bool isAsync)
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

    [Fact]
    public async Task An_exception_of_the_callers_own_in_a_later_attempt_ends_the_connect_too()
    {
        using Peers.Unanswering silent = await Peers.UnansweringAsync();
        var made = new List<Socket>();
        var options = new MptcpConnectOptions
        {
            TcpFallbackDelay = Timeout.InfiniteTimeSpan,
            ConfigureSocket = socket =>
            {
                made.Add(socket);
                if (made.Count == 2)
                    throw new TimeoutException("mine");
            },
        };

        await FluentActions.Awaiting(() => RunAsync("async", new OptionsRequest([silent.EndPoint, silent.EndPoint], options)))
            .Should().ThrowAsync<TimeoutException>().WithMessage("mine");

        made.Should().HaveCount(2).And.OnlyContain(socket => socket.SafeHandle.IsClosed);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_multipath_peer_can_be_required(bool isAsync)
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

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_name_is_resolved_and_connected_to(bool isAsync)
    {
        using Socket listener = MptcpSocket.Listen(Peers.AnyPort(AddressFamily.InterNetwork));

        using Socket byName = isAsync ? await MptcpSocket.ConnectAsync("localhost", listener.Port()) : MptcpSocket.Connect("localhost", listener.Port());
        using Socket byEndPoint = await ConnectAsync(isAsync, new DnsEndPoint("localhost", listener.Port(), AddressFamily.InterNetwork));

        byName.RemoteEndPoint.Should().Be(listener.EndPoint());
        byEndPoint.RemoteEndPoint.Should().Be(listener.EndPoint());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_name_that_does_not_resolve_is_host_not_found(bool isAsync)
    {
        // Reserved never to exist (RFC 6761); an over-long label is not even asked for, so that no resolver is needed.
        string name = $"{new string('x', 64)}.invalid";

        (await FluentActions.Awaiting(() => ConnectAsync(isAsync, new DnsEndPoint(name, 80))).Should().ThrowAsync<SocketException>())
            .Which.SocketErrorCode.Should().Be(SocketError.HostNotFound);
    }

    [Theory]
    [InlineData("socket")]
    [InlineData("socket-async")]
    [InlineData("client")]
    [InlineData("client-async")]
    [InlineData("http")]
    public async Task A_name_whose_first_address_refuses_is_connected_to_at_its_second(string how)
    {
        string answer = await ConnectByTwoAddressesAsync(how);

        answer.Should().EndWith($" {MptcpState.Mptcp} hello").And.Contain("127.0.0.1");
    }

    [Theory]
    [InlineData("base")]
    [InlineData("base-async")]
    public async Task Also_through_a_variable_of_type_TcpClient_then_over_tcp(string how)
    {
        string answer = await ConnectByTwoAddressesAsync(how);

        answer.Should().EndWith($" {MptcpState.Tcp} hello").And.Contain("127.0.0.1");
    }

    [Fact]
    public async Task Cancellation_closes_every_attempt()
    {
        using Peers.Unanswering silent = await Peers.UnansweringAsync();
        var made = new List<Socket>();
        using var cancellation = new CancellationTokenSource();
        var options = new MptcpConnectOptions
        {
            ConnectionAttemptDelay = TimeSpan.Zero,
            ConfigureSocket = socket =>
            {
                made.Add(socket);
                if (made.Count == 3)
                    cancellation.CancelAfter(1);
            },
        };
        var request = new OptionsRequest([silent.EndPoint, silent.EndPoint, silent.EndPoint], options);

        (await FluentActions.Awaiting(async () => await AsyncRace.RunAsync(request, cancellation.Token))
            .Should().ThrowAsync<OperationCanceledException>()).Which.CancellationToken.Should().Be(cancellation.Token);

        made.Should().HaveCount(3).And.OnlyContain(socket => socket.SafeHandle.IsClosed);
    }

    [Fact]
    public async Task A_token_that_is_cancelled_already_makes_no_socket()
    {
        var options = new MptcpConnectOptions { ConfigureSocket = _ => Assert.Fail("a socket was made") };

        await FluentActions.Awaiting(async () => await MptcpSocket.ConnectAsync(Peers.Refusing(), options, new CancellationToken(canceled: true)))
            .Should().ThrowAsync<OperationCanceledException>();
    }

    [Fact]
    public async Task Many_connects_at_once_all_arrive()
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

    static async Task<string> ConnectByTwoAddressesAsync(string how)
    {
        Needs.Mptcp();
        Needs.IPv6();
        Needs.NetworkNamespaces(); // what allows these allows mount namespaces, too
        using Socket listener = MptcpSocket.Listen(Peers.AnyPort(AddressFamily.InterNetwork));
        _ = AnswerAsync();

        // The system puts the IPv6 address first (RFC 6724), and nothing listens there.
        Child.Result result = await Witness.RunWithHostsAsync(
            "::1 two.test\n127.0.0.1 two.test\n", "connect", how, "two.test", listener.Port().ToString(System.Globalization.CultureInfo.InvariantCulture));

        return result.ShouldSucceed().Output.TrimEnd();

        async Task AnswerAsync()
        {
            using Socket server = await listener.AcceptAsync();
            await server.SendAllAsync(await server.ReceiveExactlyAsync(5));
        }
    }

    static async Task<Socket> ConnectAsync(bool isAsync, EndPoint endPoint, MptcpConnectOptions? options = null) =>
        isAsync ? await MptcpSocket.ConnectAsync(endPoint, options) : MptcpSocket.Connect(endPoint, options);

    static async Task<Socket> RunAsync(string race, OptionsRequest request) => race switch
    {
        "async" => await AsyncRace.RunAsync(request, default),
        "blocking" => BlockingRace.Run(request),
        _ => SequentialConnect.Run(request),
    };
}
