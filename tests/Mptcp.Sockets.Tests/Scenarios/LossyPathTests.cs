using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Mptcp.Lab;
using Mptcp.Sockets.Connecting;
using Mptcp.Sockets.Tests.Support;

namespace Mptcp.Sockets.Tests.Scenarios;

/// <summary>
/// First packets are lost, are refused, or leave over a dead link: MPTCP is used if possible, and the result is never worse than TCP.
/// </summary>
public sealed class LossyPathTests : IDisposable
{
    const string MptcpSyn = "tcp option mptcp exists tcp flags & (syn|ack) == syn";

    readonly TwoHosts _hosts = TwoHosts.WithFaults(null, null);
    readonly CollectedLogs _logs = new();

    public void Dispose()
    {
        _hosts.Dispose();
        _logs.Dispose();
    }

    [Theory(Timeout = Limit.OfATest)]
    [InlineData("socket", AddressFamily.InterNetwork)]
    [InlineData("socket", AddressFamily.InterNetworkV6)]
    [InlineData("socket-async", AddressFamily.InterNetwork)]
    [InlineData("client", AddressFamily.InterNetwork)]
    [InlineData("client-async", AddressFamily.InterNetworkV6)]
    public async Task One_lost_SYN_does_not_cost_MPTCP(string how, AddressFamily family)
    {
        using Socket listener = Listen(family);
        Filter($"{MptcpSyn} quota until 100 bytes drop"); // one SYN

        (await ConnectAsync(how, listener)).Should().StartWith($"{MptcpState.Mptcp} ");

        BlackholeMemory.Shared.Find(listener.EndPoint(), LocalPath.Default).Should().Be(BlackholeSuspicion.None);
    }

    [Theory(Timeout = Limit.OfATest)]
    [InlineData("socket")]
    [InlineData("socket-async")]
    [InlineData("client")]
    [InlineData("client-async")]
    public async Task Connect_uses_TCP_if_a_middlebox_resets_MPTCP(string how)
    {
        using Socket listener = Listen();
        Filter($"{MptcpSyn} reject with tcp reset");

        (await ConnectAsync(how, listener)).Should().StartWith($"{MptcpState.Tcp} {MptcpReason.Refused} ");

        BlackholeMemory.Shared.Find(listener.EndPoint(), LocalPath.Default).Should().Be(BlackholeSuspicion.None);
    }

    [Theory(Timeout = Limit.OfATest)]
    [InlineData("socket", AddressFamily.InterNetwork)]
    [InlineData("socket", AddressFamily.InterNetworkV6)]
    [InlineData("socket-async", AddressFamily.InterNetwork)]
    [InlineData("client", AddressFamily.InterNetwork)]
    [InlineData("client-async", AddressFamily.InterNetwork)]
    public async Task Connect_uses_the_second_interface_if_the_first_is_dead(string how, AddressFamily family)
    {
        UseSecondPath(family);
        using Socket listener = Listen(family);
        using LabFault dead = _hosts.FirstLink.Blackhole();

        (await ConnectAsync(how, listener)).Should().Be($"{MptcpState.Mptcp} {MptcpReason.InUse} {_hosts.SecondLink.GetAddress(_hosts.Client, family)} hello");
    }

    [Fact]
    public void No_path_is_raced_without_an_endpoint_or_with_an_empty_PathInterfaces()
    {
        UseSecondPath(AddressFamily.InterNetwork);
        using Socket listener = Listen();
        using LabFault dead = _hosts.FirstLink.Blackhole();
        var options = new MptcpConnectOptions { ConnectTimeout = TimeSpan.FromSeconds(2), PathInterfaces = [], LoggerFactory = _logs };

        _hosts.Invoking(hosts => hosts.Connect(listener.EndPoint(), options)).Should().Throw<MptcpConnectException>().Which.SocketErrorCode.Should().Be(SocketError.TimedOut);
        _hosts.Client.Execute("ip", "mptcp", "endpoint", "flush");
        options.PathInterfaces = null;
        _hosts.Invoking(hosts => hosts.Connect(listener.EndPoint(), options)).Should().Throw<MptcpConnectException>().Which.Attempts.Should().OnlyContain(attempt => attempt.Interface == null);

        options.PathInterfaces = [_hosts.SecondLink.GetInterface(_hosts.Client).Name, "none0"];
        using Socket client = _hosts.Connect(listener.EndPoint(), options);
        client.GetMptcpState().Should().Be(MptcpState.Mptcp);
    }

    [Theory(Timeout = Limit.OfATest)]
    [InlineData("socket")]
    [InlineData("socket-async")]
    [InlineData("client")]
    [InlineData("client-async")]
    public async Task An_outage_while_connecting_is_not_held_against_MPTCP_by_the_library_or_the_kernel(string how)
    {
        using Socket listener = Listen();
        LabFault outage = _hosts.FirstLink.Blackhole();
        Task<string> connecting = ConnectAsync(how, listener);
        await Eventually.TrueAsync(() => _hosts.Client.ReadCounters().GetValueOrDefault("MPCapableSYNTX") > 0, "the first SYN is sent");
        await Task.Delay(TimeSpan.FromSeconds(2.6), TestContext.Current.CancellationToken); // after 3 s, the kernel would repeat the SYN without MPTCP
        outage.Dispose();

        (await connecting).Should().StartWith($"{MptcpState.Mptcp} ");

        _hosts.Client.ReadCounters().GetValueOrDefault("Blackhole").Should().Be(0);
        using Socket next = _hosts.Connect(listener.EndPoint());
        next.GetMptcpState().Should().Be(MptcpState.Mptcp);
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_new_address_clears_the_memory_of_blackholes()
    {
        await using Child child = _hosts.Client.Run(() => Witness.Start("forget-blackholes"));
        Task<Child.Result> exit = child.ExitAsync();
        for (int i = 2; i < 250 && !exit.IsCompleted; i++)
        {
            _hosts.Client.Execute("ip", "address", "add", $"192.0.2.{i}/32", "dev", "lo");
            await Task.WhenAny(exit, Task.Delay(200, TestContext.Current.CancellationToken));
        }

        (await exit).ShouldSucceed().Output.TrimEnd().Should().Be("forgotten");
    }

    [Fact]
    public void A_slow_network_uses_MPTCP_and_is_not_learned_as_a_blackhole()
    {
        using var network = new LabNetwork();
        LabHost client = network.AddHost("client"), server = network.AddHost("server");
        LabLink satellite = network.AddLink("satellite", client, server, new LabLinkOptions { Delay = TimeSpan.FromMilliseconds(300) }); // in each direction
        using Socket listener = server.Run(() => MptcpSocket.Listen(new IPEndPoint(satellite.GetAddress(server), 0)));
        client.Run(() => MptcpSocket.Connect(listener.EndPoint(), new MptcpConnectOptions { Mode = MptcpMode.Disabled }).Dispose()); // ARP is slow, too
        var made = new List<Socket>();

        using Socket socket = client.Run(() => MptcpSocket.Connect(listener.EndPoint(), new MptcpConnectOptions { ConfigureSocket = made.Add }));

        socket.GetMptcpState().Should().Be(MptcpState.Mptcp);
        made.Should().HaveCountLessThanOrEqualTo(3, "the first SYN, one more with MPTCP, and one of TCP");
        BlackholeMemory.Shared.Find(listener.EndPoint(), LocalPath.Default).Should().Be(BlackholeSuspicion.None);
    }

    [Theory]
    [InlineData(1, 198)]
    [InlineData(5, 198)]
    [InlineData(20, 190)]
    public void Connects_use_MPTCP_even_if_SYNs_are_lost_at_random(int percent, int leastMptcp)
    {
        const int connects = 200;
        using Socket listener = Listen();
        Filter(string.Create(CultureInfo.InvariantCulture, $"tcp flags & (syn|ack) == syn numgen random mod 100 < {percent} drop"));

        int mptcp = _hosts.Client.Run(() => Enumerable.Range(0, connects).Count(_ =>
        {
            using Socket client = MptcpSocket.Connect(listener.EndPoint());
            return client.GetMptcpState() == MptcpState.Mptcp;
        }));

        mptcp.Should().BeGreaterThanOrEqualTo(leastMptcp);
    }

    Socket Listen(AddressFamily family = AddressFamily.InterNetwork) => _hosts.Listen(_hosts.FirstLink.GetAddress(_hosts.Server, family));

    /// <summary>Adds a rule for packets that arrive at the server.</summary>
    void Filter(string rule)
    {
        _hosts.Server.Execute("nft", "add table inet test");
        _hosts.Server.Execute("nft", "add chain inet test in { type filter hook input priority 0; }");
        _hosts.Server.Execute("nft", $"add rule inet test in {rule}");
    }

    /// <summary>Adds an endpoint and a less preferred default route on the second link.</summary>
    void UseSecondPath(AddressFamily family)
    {
        _hosts.Client.AddEndpoint(_hosts.SecondLink, LabEndpointRoles.Subflow, family);
        _hosts.SecondLink.GetInterface(_hosts.Client).AddDefaultRoute(family, metric: 200);
    }

    /// <summary>
    /// Returns "state reason local-address answer" of a separate process: later attempts create their sockets on threads outside the
    /// namespace.
    /// </summary>
    async Task<string> ConnectAsync(string how, Socket listener)
    {
        IPEndPoint server = listener.EndPoint();
        await using Child child = _hosts.Client.Run(() => Witness.Start("connect-explained", how, server.Address.ToString(), server.Port.ToString(CultureInfo.InvariantCulture)));
        _ = AnswerAsync(listener);
        return (await child.ExitAsync()).ShouldSucceed().Output.TrimEnd();
    }

    static async Task AnswerAsync(Socket listener)
    {
        while (true)
        {
            using Socket server = await listener.AcceptAsync();
            byte[] question = new byte[5];
            if (await server.ReceiveAsync(question) == question.Length)
            {
                await server.SendAllAsync(question);
                return;
            }
        }
    }
}
