using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Mptcp.Sockets.Connecting;
using Mptcp.Sockets.Tests.Support;

namespace Mptcp.Sockets.Tests;

/// <summary>Connects to several addresses, with each driver.</summary>
public class HappyEyeballsTests
{
    static readonly IPAddress s_secondLoopback = IPAddress.Parse("127.0.0.2");

    [Theory(Timeout = Limit.OfATest)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_connect_whose_addresses_all_fail_names_each_in_order(bool isAsync)
    {
        IPEndPoint first = Peers.Refusing(), second = Peers.Refusing(s_secondLoopback);
        var request = new OptionsRequest([first, second], new MptcpConnectOptions());

        MptcpConnectException error = (await FluentActions.Awaiting(async () => isAsync ? await request.ConnectAsync(default) : request.Connect())
            .Should().ThrowAsync<MptcpConnectException>()).Which;

        error.Attempts.Select(attempt => (attempt.RemoteEndPoint, attempt.IsMptcp)).Should().Equal((first, true), (first, false), (second, true), (second, false));
        error.Message.Should().Contain(first.ToString()).And.Contain(second.ToString());
        error.Attempts.Should().OnlyContain(attempt => attempt.Error.SocketErrorCode == SocketError.ConnectionRefused);
    }

    [Theory(Timeout = Limit.OfATest)]
    [InlineData("async")]
    [InlineData("blocking")]
    public async Task Connect_uses_the_second_address_when_the_first_refuses(string race)
    {
        using Socket listener = MptcpSocket.Listen(Peers.AnyPort(AddressFamily.InterNetwork));
        var request = new OptionsRequest([new IPEndPoint(s_secondLoopback, listener.Port()), listener.EndPoint()], new MptcpConnectOptions());

        using Socket client = await RunAsync(race, request);

        client.RemoteEndPoint.Should().Be(listener.EndPoint());
        client.GetMptcpState().Should().Be(listener.GetMptcpState());
    }

    [Theory(Timeout = Limit.OfATest)]
    [InlineData("async")]
    [InlineData("blocking")]
    public async Task Connect_uses_the_second_address_when_the_first_is_silent(string race)
    {
        using Peers.Unanswering silent = await Peers.UnansweringAsync();
        using Socket listener = MptcpSocket.Listen(Peers.AnyPort(AddressFamily.InterNetwork));
        var options = new MptcpConnectOptions { TcpFallbackDelay = Timeout.InfiniteTimeSpan };

        using Socket client = await RunAsync(race, new OptionsRequest([silent.EndPoint, listener.EndPoint()], options));

        client.RemoteEndPoint.Should().Be(listener.EndPoint());
    }

    [Theory(Timeout = Limit.OfATest)]
    [InlineData("async")]
    [InlineData("blocking")]
    public async Task A_delay_of_zero_tries_all_addresses_at_once(string race)
    {
        using Peers.Unanswering silent = await Peers.UnansweringAsync();
        using Socket listener = MptcpSocket.Listen(Peers.AnyPort(AddressFamily.InterNetwork));
        var options = new MptcpConnectOptions { ConnectionAttemptDelay = TimeSpan.Zero, TcpFallbackDelay = TimeSpan.Zero };

        using Socket client = await RunAsync(race, new OptionsRequest([silent.EndPoint, silent.EndPoint, listener.EndPoint()], options));

        client.RemoteEndPoint.Should().Be(listener.EndPoint());
    }

    [Fact]
    public void MPTCP_wins_if_TCP_is_answered_at_the_same_moment()
    {
        Needs.Mptcp();
        using Socket listener = MptcpSocket.Listen(Peers.AnyPort(AddressFamily.InterNetwork));
        var made = new List<Socket>();
        var options = new MptcpConnectOptions
        {
            TcpFallbackDelay = TimeSpan.Zero,
            ConfigureSocket = socket =>
            {
                made.Add(socket);
                if (made.Count == 3)
                    made[0].Poll(Limit.OfAWait, SelectMode.SelectWrite).Should().BeTrue("only then does TCP begin");
            },
        };

        using Socket client = MptcpSocket.Connect(listener.EndPoint(), options);

        made.Should().HaveCount(3);
        client.GetMptcpState().Should().Be(MptcpState.Mptcp);
        MptcpBlackholes.Contains(listener.EndPoint()).Should().BeFalse();
    }

    [Theory(Timeout = Limit.OfATest)]
    [InlineData("async")]
    [InlineData("blocking")]
    public async Task Many_addresses_that_fail_at_once_do_not_overflow_the_stack(string race)
    {
        // connect(2) itself refuses a broadcast address.
        IPEndPoint[] targets = [.. Enumerable.Repeat(new IPEndPoint(IPAddress.Broadcast, 9), 5000)];

        (await FluentActions.Awaiting(() => RunAsync(race, new OptionsRequest(targets, new MptcpConnectOptions { Mode = MptcpMode.Disabled })))
            .Should().ThrowAsync<MptcpConnectException>()).Which.Attempts.Should().HaveCount(5000);
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task An_exception_of_ConfigureSocket_in_a_later_attempt_ends_the_connect()
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

    [Theory(Timeout = Limit.OfATest)]
    [InlineData("socket")]
    [InlineData("socket-async")]
    [InlineData("client")]
    [InlineData("client-async")]
    [InlineData("http")]
    public async Task Connect_by_name_uses_the_second_address_when_the_first_refuses(string how)
    {
        string answer = await ConnectByTwoAddressesAsync(how);

        answer.Should().EndWith($" {MptcpState.Mptcp} hello").And.Contain("127.0.0.1");
    }

    [Fact(Timeout = Limit.OfATest)]
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

        (await FluentActions.Awaiting(async () => await request.ConnectAsync(cancellation.Token))
            .Should().ThrowAsync<OperationCanceledException>()).Which.CancellationToken.Should().Be(cancellation.Token);

        made.Should().HaveCount(3).And.OnlyContain(socket => socket.SafeHandle.IsClosed);
    }

    static async Task<string> ConnectByTwoAddressesAsync(string how)
    {
        Needs.Mptcp();
        Needs.IPv6();
        using Socket listener = MptcpSocket.Listen(Peers.AnyPort(AddressFamily.InterNetwork));
        _ = AnswerAsync();

        // The system puts the IPv6 address first (RFC 6724), and nothing listens on it.
        Child.Result result = await Witness.RunWithHostsAsync(
            "::1 two.test\n127.0.0.1 two.test\n", "connect", how, "two.test", listener.Port().ToString(CultureInfo.InvariantCulture));

        return result.ShouldSucceed().Output.TrimEnd();

        async Task AnswerAsync()
        {
            using Socket server = await listener.AcceptAsync();
            await server.SendAllAsync(await server.ReceiveExactlyAsync(5));
        }
    }

    static async Task<Socket> RunAsync(string race, OptionsRequest request) => race == "async" ? await request.ConnectAsync(default) : request.Connect();
}
