using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Mptcp.Lab;
using Mptcp.Sockets.Connecting;
using Mptcp.Sockets.Tests.Support;

namespace Mptcp.Sockets.Tests;

/// <summary>Paths that interfere with MPTCP.</summary>
[Collection(Alone.Name)] // the kernel does not wait: a check that a busy pool delays by two seconds comes too late
public sealed class RaceTests : IDisposable
{
    const int NothingListens = 9;

    readonly TwoHosts _hosts = TwoHosts.WithFaults((double?)null);
    readonly CollectedLogs _logs = new();

    public void Dispose()
    {
        _hosts.Dispose();
        _logs.Dispose();
    }

    [Fact]
    public void Connect_where_SYNs_with_MPTCP_are_dropped_uses_TCP_and_remembers_that_once_confirmed()
    {
        _hosts.Client.Run(() =>
        {
            using Socket listener = ListenBehind(link => link.DropMptcpSyns());
            MptcpConnectOptions options = Options();

            using (Socket client = MptcpSocket.Connect(listener.EndPoint(), options))
            {
                client.GetMptcpState().Should().Be(MptcpState.Tcp);
                client.Blocking.Should().BeTrue();
                client.ExplainMptcp().Reason.Should().Be(MptcpReason.OvertakenByTcp);
                Exchange(client, listener);
            }

            _logs.Entries.Should().NotContain(entry => entry.Name == "Blackhole", "it is not confirmed yet");
            Eventually.True(() => MptcpBlackholes.Contains(listener.EndPoint()), "the check confirms it");
            MptcpBlackhole learned = MptcpBlackholes.GetAll().Single(blackhole => blackhole.RemoteEndPoint.Equals(listener.EndPoint()));
            learned.Occurrences.Should().Be(1);
            learned.RetryIn.Should().BePositive().And.BeLessThanOrEqualTo(TimeSpan.FromHours(1));
            Eventually.True(() => _logs.Entries.Count(entry => entry.Name == "Blackhole") == 1, "it is logged");

            int before = _logs.Entries.Count;
            using (Socket client = MptcpSocket.Connect(listener.EndPoint(), options))
            {
                client.GetMptcpState().Should().Be(MptcpState.Tcp);
                client.ExplainMptcp().Reason.Should().Be(MptcpReason.Blackhole);
            }

            _logs.Entries.Skip(before).Where(entry => entry.Name == "Connecting")
                .Should().ContainSingle("MPTCP is not tried again").Which.Text.Should().Contain("over TCP");
        });
    }

    [Fact]
    public void Check_of_a_blackhole_ends_before_the_kernel_turns_MPTCP_off_for_the_whole_host()
    {
        _hosts.Client.Run(() =>
        {
            using Socket listener = ListenBehind(link => link.DropMptcpSyns());
            using (MptcpSocket.Connect(listener.EndPoint(), Options()))
            using (listener.Accept())
                Eventually.True(() => MptcpBlackholes.Contains(listener.EndPoint()), "the check confirms it");

            listener.Poll(TimeSpan.FromSeconds(4), SelectMode.SelectRead).Should().BeFalse("an attempt of 3 s would have fallen back and connected");
            _hosts.Client.ReadCounters().GetValueOrDefault("Blackhole").Should().Be(0);
        });
    }

    [Fact]
    public void Path_that_lost_two_SYNs_and_answers_the_next_is_not_held_against_MPTCP()
    {
        _hosts.Client.Run(() =>
        {
            using Socket listener = _hosts.Listen();
            using LabFault firewall = _hosts.FirstLink.DropMptcpSyns();

            using Socket client = MptcpSocket.Connect(listener.EndPoint(), Options());
            firewall.Dispose();

            // The kernel repeats the SYN after one second, and now it is answered.
            using Socket first = listener.Accept();
            listener.Poll(TimeSpan.FromSeconds(20), SelectMode.SelectRead).Should().BeTrue();
            using Socket late = listener.Accept();
            late.GetMptcpState().Should().Be(MptcpState.Mptcp);
            late.ReceiveTimeout = 20_000;
            late.Receive(new byte[1]).Should().Be(0, "the library has closed the late attempt");
            MptcpBlackholes.Contains(listener.EndPoint()).Should().BeFalse();
            using Socket next = MptcpSocket.Connect(listener.EndPoint(), Options());
            next.GetMptcpState().Should().Be(MptcpState.Mptcp);
        });
    }

    [Fact]
    public void Blackhole_expires_as_the_kernels_memory_does_and_doubles()
    {
        _hosts.Client.Run(() =>
        {
            using Socket listener = ListenBehind(link => link.DropMptcpSyns());
            if (!File.Exists("/proc/sys/net/mptcp/blackhole_timeout"))
                Needs.KernelLacks("that remembers blackholes: Linux 6.12.");

            TimeSpan period = TimeSpan.FromSeconds(1);
            _hosts.Client.SetSysctl("net.mptcp.blackhole_timeout", $"{period.TotalSeconds}");
            for (int occurrence = 1; occurrence <= 2; occurrence++)
            {
                using Socket client = MptcpSocket.Connect(listener.EndPoint(), Options());
                client.GetMptcpState().Should().Be(MptcpState.Tcp);
                MptcpBlackhole? learned = null;
                Eventually.True(() => (learned = Find()) is not null, "the check confirms it");
                learned!.Occurrences.Should().Be(occurrence);
                learned.RetryIn.Should().BeLessThanOrEqualTo(period * occurrence);
                Eventually.True(() => !MptcpBlackholes.Contains(listener.EndPoint()), "it expires");
            }

            MptcpBlackhole? Find() => MptcpBlackholes.GetAll().SingleOrDefault(blackhole => blackhole.RemoteEndPoint.Equals(listener.EndPoint()));
        });
    }

    [Fact]
    public void The_library_learns_no_blackhole_if_the_administrator_turned_that_off()
    {
        _hosts.Client.Run(() =>
        {
            using Socket listener = ListenBehind(link => link.DropMptcpSyns());
            if (!File.Exists("/proc/sys/net/mptcp/blackhole_timeout"))
                Needs.KernelLacks("that remembers blackholes: Linux 6.12.");

            _hosts.Client.SetSysctl("net.mptcp.blackhole_timeout", "0");
            using Socket client = MptcpSocket.Connect(listener.EndPoint(), Options());

            client.GetMptcpState().Should().Be(MptcpState.Tcp);
            BlackholeMemory.Shared.Find(listener.EndPoint(), LocalPath.Default).Should().Be(BlackholeSuspicion.None);
        });
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_connect_that_requires_MPTCP_makes_no_TCP_attempt(bool requirePeer)
    {
        _hosts.Client.Run(() =>
        {
            using Socket listener = ListenBehind(link => link.DropMptcpSyns());
            MptcpConnectOptions options = Options();
            options.RequireMptcpPeer = requirePeer;
            options.Mode = requirePeer ? MptcpMode.Preferred : MptcpMode.Required;

            if (!KernelFallsBack())
            {
                ShouldTimeOut(() => MptcpSocket.Connect(listener.EndPoint(), options));
            }
            else if (requirePeer)
            {
                FluentActions.Invoking(() => MptcpSocket.Connect(listener.EndPoint(), options)).Should().Throw<MptcpFallbackException>();
            }
            else
            {
                using Socket client = MptcpSocket.Connect(listener.EndPoint(), options);
                client.GetMptcpState().Should().Be(MptcpState.FellBack, "the kernel falls back by itself after some 3 s");
            }

            _logs.Entries.Where(entry => entry.Name == "Connecting").Should().OnlyContain(entry => entry.Text.Contains("over MPTCP"));
        });
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_client_that_requires_MPTCP_makes_no_TCP_attempt(bool isAsync)
    {
        _hosts.Client.Run(() =>
        {
            using Socket listener = ListenBehind(link => link.DropMptcpSyns());
            using var client = new MptcpTcpClient(AddressFamily.InterNetwork, MptcpMode.Required);

            if (!KernelFallsBack())
            {
                ShouldTimeOut(Connect);
                return;
            }

            Connect();
            client.State.Should().Be(MptcpState.FellBack, "the kernel falls back by itself after some 3 s");

            // Its only socket already exists, in the namespace, so the rest may run anywhere.
            void Connect()
            {
                if (isAsync)
                    Task.Run(() => client.ConnectAsync(listener.EndPoint())).WaitAsync(Limit.OfAWait).GetAwaiter().GetResult();
                else
                    client.Connect(listener.EndPoint());
            }
        });
    }

    [Theory]
    [InlineData("Connecting")]
    [InlineData("AttemptFailed")]
    [InlineData("Connected")]
    public void An_exception_of_a_logger_ends_only_its_connect(string message)
    {
        _hosts.Client.Run(() =>
        {
            using Socket listener = ListenBehind(link => link.DropMptcpSyns());
            var made = new List<Socket>();
            MptcpConnectOptions options = Options();
            options.ConfigureSocket = made.Add;
            _logs.ThrowAt = message;
            IPEndPoint target = message == "AttemptFailed" ? new IPEndPoint(listener.EndPoint().Address, NothingListens) : listener.EndPoint();

            FluentActions.Invoking(() => MptcpSocket.Connect(target, options)).Should().Throw<TimeoutException>();

            made.Should().NotBeEmpty();
            made.Count(socket => !socket.SafeHandle.IsClosed).Should().BeLessThanOrEqualTo(message == "Connected" ? 1 : 0, "the attempt that a check watches stays open");
        });
    }

    [Theory(Timeout = Limit.OfATest)]
    [InlineData("socket-async")]
    [InlineData("client-async")]
    [InlineData("http")]
    public async Task TCP_wins_the_asynchronous_race_where_SYNs_with_MPTCP_are_dropped(string how)
    {
        // In a separate process, because a later attempt creates its socket on a thread outside the namespace.
        (Socket listener, Child child) = _hosts.Client.Run(() =>
        {
            Socket listener = ListenBehind(link => link.DropMptcpSyns());
            return (listener, Witness.Start("connect", how, listener.EndPoint().Address.ToString(), listener.Port().ToString(CultureInfo.InvariantCulture)));
        });
        using (listener)
        {
            await using (child)
            {
                _ = AnswerAsync(listener);

                Child.Result result = (await child.ExitAsync()).ShouldSucceed();

                result.Output.TrimEnd().Should().EndWith($":{listener.Port()} {MptcpState.Tcp} hello").And.Contain(listener.EndPoint().Address.ToString());
            }
        }
    }

    [Fact]
    public void A_connect_over_a_path_that_strips_the_option_falls_back()
    {
        _hosts.Client.Run(() =>
        {
            using Socket listener = ListenBehind(link => link.StripMptcp());

            using Socket client = MptcpSocket.Connect(listener.EndPoint(), Options());

            client.GetMptcpState().Should().Be(MptcpState.FellBack);
            Exchange(client, listener);
            MptcpBlackholes.Contains(listener.EndPoint()).Should().BeFalse("it was answered");
            FluentActions.Invoking(() => MptcpSocket.Connect(listener.EndPoint(), new MptcpConnectOptions { RequireMptcpPeer = true }))
                .Should().Throw<MptcpFallbackException>();
        });
    }

    [Fact]
    public void The_kernel_falls_back_if_the_client_has_a_fixed_port()
    {
        _hosts.Client.Run(() =>
        {
            using Socket listener = ListenBehind(link => link.DropMptcpSyns());
            MptcpConnectOptions options = Options();
            options.LocalEndPoint = new IPEndPoint(_hosts.FirstLink.GetAddress(_hosts.Client), 12_345);
            if (!KernelFallsBack())
            {
                ShouldTimeOut(() => MptcpSocket.Connect(listener.EndPoint(), options));
                return;
            }

            using Socket client = MptcpSocket.Connect(listener.EndPoint(), options);

            client.LocalEndPoint.Should().Be(options.LocalEndPoint);
            client.GetMptcpState().Should().Be(MptcpState.FellBack);
        });
    }

    /// <summary>
    /// Linux 6.12 falls back by itself when its SYNs are dropped, and counts that. An older kernel tries until it gives up.
    /// </summary>
    bool KernelFallsBack()
    {
        if (_hosts.Client.ReadCounters().ContainsKey("MPCapableSYNTXDrop"))
            return true;

        _hosts.Client.SetSysctl("net.ipv4.tcp_syn_retries", "1"); // after 3 s instead of two minutes
        return false;
    }

    static void ShouldTimeOut(Action connect) =>
        FluentActions.Invoking(connect).Should().Throw<MptcpConnectException>().Which.Attempts[0].Error.SocketErrorCode.Should().Be(SocketError.TimedOut);

    static async Task AnswerAsync(Socket listener)
    {
        using Socket server = await listener.AcceptAsync();
        await server.SendAllAsync(await server.ReceiveExactlyAsync(5));
    }

    MptcpConnectOptions Options() => new() { TcpFallbackDelay = TimeSpan.FromMilliseconds(100), LoggerFactory = _logs };

    Socket ListenBehind(Func<LabLink, LabFault> interfere)
    {
        Socket listener = _hosts.Listen();
        interfere(_hosts.FirstLink);
        return listener;
    }

    static void Exchange(Socket client, Socket listener)
    {
        using Socket server = listener.Accept();
        client.Send("hello"u8);
        byte[] received = new byte[5];
        server.Receive(received).Should().Be(5);
        received.Should().Equal("hello"u8.ToArray());
    }
}
