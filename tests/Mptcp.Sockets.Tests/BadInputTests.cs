using System.Net;
using System.Net.Sockets;

namespace Mptcp.Sockets.Tests;

public class BadInputTests
{
    const string Host = "localhost";
    static readonly IPEndPoint s_portZero = new(IPAddress.Loopback, 0);
    static readonly IPEndPoint s_valid = new(IPAddress.Loopback, 9);
    static readonly EndPoint s_unix = new UnixDomainSocketEndPoint("/tmp/no-such-socket");
    const MptcpMode NoMode = (MptcpMode)3;

    public static TheoryData<string, Action, Type, string> Cases => new()
    {
        { "Create: no such family", () => MptcpSocket.Create(AddressFamily.Unix), typeof(ArgumentException), "addressFamily" },
        { "Create: no such mode", () => MptcpSocket.Create(NoMode), typeof(ArgumentOutOfRangeException), "mode" },
        { "Create: no such mode, with a family", () => MptcpSocket.Create(AddressFamily.InterNetwork, NoMode), typeof(ArgumentOutOfRangeException), "mode" },
        { "CreateBoundListenSocket: null", () => MptcpSocket.CreateBoundListenSocket(null!), typeof(ArgumentNullException), "localEndPoint" },
        { "CreateBoundListenSocket: Unix", () => MptcpSocket.CreateBoundListenSocket(s_unix), typeof(ArgumentException), "localEndPoint" },
        { "CreateBoundListenSocket: a name", () => MptcpSocket.CreateBoundListenSocket(new DnsEndPoint(Host, 80)), typeof(ArgumentException), "localEndPoint" },
        { "CreateBoundListenSocket: no such mode", () => MptcpSocket.CreateBoundListenSocket(s_valid, NoMode), typeof(ArgumentOutOfRangeException), "mode" },
        { "Listen: null", () => MptcpSocket.Listen(null!), typeof(ArgumentNullException), "localEndPoint" },
        { "Listen: Unix", () => MptcpSocket.Listen(s_unix), typeof(ArgumentException), "localEndPoint" },
        { "Listen: dual mode on IPv4", () => MptcpSocket.Listen(s_portZero, new MptcpListenOptions { DualMode = true }), typeof(ArgumentException), "options" },
        { "Listen: negative backlog", () => _ = new MptcpListenOptions { Backlog = -1 }, typeof(ArgumentOutOfRangeException), "value" },
        { "Listen: no such mode", () => _ = new MptcpListenOptions { Mode = NoMode }, typeof(ArgumentOutOfRangeException), "value" },
        { "TryUpgrade: null", () => MptcpSocket.TryUpgrade(null!), typeof(ArgumentNullException), "socket" },
        { "Connect: null", () => MptcpSocket.Connect((EndPoint)null!), typeof(ArgumentNullException), "remoteEndPoint" },
        { "ConnectAsync: null", () => MptcpSocket.ConnectAsync(null!).AsTask(), typeof(ArgumentNullException), "remoteEndPoint" },
        { "Connect: port 0", () => MptcpSocket.Connect(s_portZero), typeof(ArgumentOutOfRangeException), "remoteEndPoint" },
        { "ConnectAsync: port 0", () => MptcpSocket.ConnectAsync(s_portZero).AsTask(), typeof(ArgumentOutOfRangeException), "remoteEndPoint" },
        { "ConnectAsync: a name with port 0", () => MptcpSocket.ConnectAsync(new DnsEndPoint(Host, 0)).AsTask(), typeof(ArgumentOutOfRangeException), "remoteEndPoint" },
        { "ConnectAsync: Unix", () => MptcpSocket.ConnectAsync(s_unix).AsTask(), typeof(ArgumentException), "remoteEndPoint" },
        { "ConnectAsync: Bluetooth", () => MptcpSocket.ConnectAsync(new BluetoothEndPoint()).AsTask(), typeof(ArgumentException), "remoteEndPoint" },
        { "Connect: Unix", () => MptcpSocket.Connect(s_unix), typeof(ArgumentException), "remoteEndPoint" },
        { "ConnectAsync: null host", () => MptcpSocket.ConnectAsync(null!, 80).AsTask(), typeof(ArgumentNullException), "host" },
        { "ConnectAsync: empty host", () => MptcpSocket.ConnectAsync("", 80).AsTask(), typeof(ArgumentException), "host" },
        { "Connect: empty host", () => MptcpSocket.Connect("", 80), typeof(ArgumentException), "host" },
        { "ConnectAsync: host and port 0", () => MptcpSocket.ConnectAsync(Host, 0).AsTask(), typeof(ArgumentOutOfRangeException), "port" },
        { "ConnectAsync: port 65,536", () => MptcpSocket.ConnectAsync(Host, 65_536).AsTask(), typeof(ArgumentOutOfRangeException), "port" },
        { "ConnectAsync: negative port", () => MptcpSocket.ConnectAsync(Host, -1).AsTask(), typeof(ArgumentOutOfRangeException), "port" },
        { "Connect: port 65,536", () => MptcpSocket.Connect(Host, 65_536), typeof(ArgumentOutOfRangeException), "port" },
        { "Options: no such mode", () => _ = new MptcpConnectOptions { Mode = NoMode }, typeof(ArgumentOutOfRangeException), "value" },
        { "Options: negative attempt delay", () => _ = new MptcpConnectOptions { ConnectionAttemptDelay = TimeSpan.FromMilliseconds(-2) }, typeof(ArgumentOutOfRangeException), "value" },
        { "Options: over-long attempt delay", () => _ = new MptcpConnectOptions { ConnectionAttemptDelay = TimeSpan.FromDays(25) }, typeof(ArgumentOutOfRangeException), "value" },
        { "Options: negative fallback delay", () => _ = new MptcpConnectOptions { TcpFallbackDelay = TimeSpan.MinValue }, typeof(ArgumentOutOfRangeException), "value" },
        { "Options: over-long fallback delay", () => _ = new MptcpConnectOptions { TcpFallbackDelay = TimeSpan.MaxValue }, typeof(ArgumentOutOfRangeException), "value" },
        { "Options: local end point of another family", () => MptcpSocket.ConnectAsync(s_valid, new MptcpConnectOptions { LocalEndPoint = new IPEndPoint(IPAddress.IPv6Loopback, 0) }).AsTask(), typeof(ArgumentException), "options" },
        { "Options: a peer required and forbidden", () => MptcpSocket.ConnectAsync(s_valid, new MptcpConnectOptions { Mode = MptcpMode.Disabled, RequireMptcpPeer = true }).AsTask(), typeof(ArgumentException), "options" },
        { "UseMptcp: null", () => MptcpHttp.UseMptcp(null!), typeof(ArgumentNullException), "handler" },
        { "UseMptcp: a peer required and forbidden", () => new SocketsHttpHandler().UseMptcp(new MptcpConnectOptions { Mode = MptcpMode.Disabled, RequireMptcpPeer = true }), typeof(ArgumentException), "options" },
        { "MptcpHttp.ConnectAsync: null", () => MptcpHttp.ConnectAsync(null!, default).AsTask(), typeof(ArgumentNullException), "context" },
        { "GetMptcpState: null socket", () => MptcpSocketExtensions.GetMptcpState((Socket)null!), typeof(ArgumentNullException), "socket" },
        { "GetMptcpState: null client", () => MptcpSocketExtensions.GetMptcpState((TcpClient)null!), typeof(ArgumentNullException), "client" },
        { "GetMptcpInfo: null", () => MptcpSocketExtensions.GetMptcpInfo(null!), typeof(ArgumentNullException), "socket" },
        { "TryGetMptcpInfo: null", () => MptcpSocketExtensions.TryGetMptcpInfo(null!, out _), typeof(ArgumentNullException), "socket" },
        { "GetMptcpSubflows: null", () => MptcpSocketExtensions.GetMptcpSubflows(null!), typeof(ArgumentNullException), "socket" },
        { "GetMptcpSubflows: null, with room", () => MptcpSocketExtensions.GetMptcpSubflows(null!, []), typeof(ArgumentNullException), "socket" },
        { "TryGetMptcpSubflows: null", () => MptcpSocketExtensions.TryGetMptcpSubflows(null!, [], out _), typeof(ArgumentNullException), "socket" },
        { "Counters: null name", () => _ = MptcpCounters.Read()[null!], typeof(ArgumentNullException), "name" },
        { "Counters: null later", () => _ = null! - MptcpCounters.Read(), typeof(ArgumentNullException), "later" },
        { "Counters: null earlier", () => _ = MptcpCounters.Read() - null!, typeof(ArgumentNullException), "earlier" },
        { "Blackholes: null", () => MptcpBlackholes.Contains(null!), typeof(ArgumentNullException), "remoteEndPoint" },
        { "Listener: null end point", () => new MptcpTcpListener(null!), typeof(ArgumentNullException), "localEP" },
        { "Listener: null address", () => new MptcpTcpListener(null!, 0), typeof(ArgumentNullException), "localaddr" },
        { "Listener: port 65,536", () => new MptcpTcpListener(IPAddress.Loopback, 65_536), typeof(ArgumentOutOfRangeException), "port" },
        { "Listener: no such mode", () => new MptcpTcpListener(s_portZero, NoMode), typeof(ArgumentOutOfRangeException), "mode" },
        { "Listener.Create: port 65,536", () => MptcpTcpListener.Create(65_536), typeof(ArgumentOutOfRangeException), "port" },
        { "Listener.Create: no such mode", () => MptcpTcpListener.Create(0, NoMode), typeof(ArgumentOutOfRangeException), "mode" },
        { "Listener.Start: negative backlog", () => new MptcpTcpListener(s_portZero).Start(-1), typeof(ArgumentOutOfRangeException), "backlog" },
        { "Listener.FromListenSocket: null", () => MptcpTcpListener.FromListenSocket(null!), typeof(ArgumentNullException), "socket" },
        { "Listener.FromListenSocket: not listening", () => MptcpTcpListener.FromListenSocket(MptcpSocket.Create()), typeof(ArgumentException), "socket" },
        { "Listener.FromListenSocket: datagrams", () => MptcpTcpListener.FromListenSocket(new Socket(SocketType.Dgram, ProtocolType.Udp)), typeof(ArgumentException), "socket" },
        { "Client: no such family", () => new MptcpTcpClient(AddressFamily.Unix), typeof(ArgumentException), "family" },
        { "Client: no such mode", () => new MptcpTcpClient(NoMode), typeof(ArgumentOutOfRangeException), "mode" },
        { "Client: null local end point", () => new MptcpTcpClient((IPEndPoint)null!), typeof(ArgumentNullException), "localEP" },
        { "Client: null host", () => new MptcpTcpClient(null!, 80), typeof(ArgumentNullException), "hostname" },
        { "Client: port -1", () => new MptcpTcpClient(Host, -1), typeof(ArgumentOutOfRangeException), "port" },
        { "Client.Connect: null host", () => new MptcpTcpClient().Connect((string)null!, 80), typeof(ArgumentNullException), "hostname" },
        { "Client.Connect: port 65,536", () => new MptcpTcpClient().Connect(Host, 65_536), typeof(ArgumentOutOfRangeException), "port" },
        { "Client.Connect: null address", () => new MptcpTcpClient().Connect((IPAddress)null!, 80), typeof(ArgumentNullException), "address" },
        { "Client.Connect: null addresses", () => new MptcpTcpClient().Connect((IPAddress[])null!, 80), typeof(ArgumentNullException), "ipAddresses" },
        { "Client.Connect: no addresses", () => new MptcpTcpClient().Connect([], 80), typeof(ArgumentException), "ipAddresses" },
        { "Client.Connect: null end point", () => new MptcpTcpClient().Connect(null!), typeof(ArgumentNullException), "remoteEP" },
        { "Client.ConnectAsync: null host", () => _ = new MptcpTcpClient().ConnectAsync((string)null!, 80), typeof(ArgumentNullException), "host" },
        { "Client.ConnectAsync: port 65,536", () => _ = new MptcpTcpClient().ConnectAsync(Host, 65_536), typeof(ArgumentOutOfRangeException), "port" },
        { "Client.ConnectAsync: null addresses", () => _ = new MptcpTcpClient().ConnectAsync((IPAddress[])null!, 80), typeof(ArgumentNullException), "addresses" },
    };

    [Theory]
    [MemberData(nameof(Cases), DisableDiscoveryEnumeration = true)]
    public void Bad_input_is_refused_with_the_exception_that_NET_users_expect(string what, Action action, Type expected, string parameter)
    {
        action.Should().Throw<ArgumentException>(what).Where(e => e.GetType() == expected, what).Which.ParamName.Should().Be(parameter, what);
    }

    [Fact]
    public async Task An_IPv6_address_for_an_IPv4_client_is_refused_as_TcpClient_does()
    {
        using var client = new MptcpTcpClient(AddressFamily.InterNetwork);

        await FluentActions.Awaiting(async () => await client.ConnectAsync(IPAddress.IPv6Loopback, 80))
            .Should().ThrowAsync<ArgumentException>();
    }

    [Fact]
    public void Listening_on_an_address_of_no_interface_fails()
    {
        // 192.0.2.0/24 is for documentation: RFC 5737.
        FluentActions.Invoking(() => MptcpSocket.Listen(new IPEndPoint(IPAddress.Parse("192.0.2.1"), 0)))
            .Should().Throw<SocketException>().Which.SocketErrorCode.Should().Be(SocketError.AddressNotAvailable);
    }

    [Fact]
    public void A_name_without_an_address_of_the_local_family_is_not_found()
    {
        var options = new MptcpConnectOptions { LocalEndPoint = new IPEndPoint(IPAddress.IPv6Loopback, 0) };

        FluentActions.Invoking(() => MptcpSocket.Connect("127.0.0.1", 80, options))
            .Should().Throw<SocketException>().Which.SocketErrorCode.Should().Be(SocketError.HostNotFound);
    }

    sealed class BluetoothEndPoint : EndPoint
    {
        public override AddressFamily AddressFamily => (AddressFamily)32;
    }
}
