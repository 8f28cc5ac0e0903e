using System.Net;
using System.Net.Sockets;

namespace Mptcp.Sockets.Tests;

public class SocketCreationTests
{
    const int MptcpProtocol = 262;
    const int TcpProtocol = 6;

    [Theory]
    [InlineData(AddressFamily.InterNetwork)]
    [InlineData(AddressFamily.InterNetworkV6)]
    public void A_socket_is_an_ordinary_Socket_over_MPTCP(AddressFamily family)
    {
        Needs.Mptcp();

        using Socket socket = MptcpSocket.Create(family, MptcpMode.Required);

        socket.KernelProtocol().Should().Be(MptcpProtocol);
        socket.GetMptcpState().Should().Be(MptcpState.Mptcp);
        socket.ProtocolType.Should().Be(ProtocolType.Tcp);
        socket.SocketType.Should().Be(SocketType.Stream);
        socket.AddressFamily.Should().Be(family);
        socket.IsBound.Should().BeFalse();
        socket.LocalEndPoint.Should().BeNull();
        socket.Connected.Should().BeFalse();
        socket.Blocking.Should().BeTrue();
        socket.ExclusiveAddressUse = true;
    }

    [Fact]
    public void A_socket_without_a_family_is_dual_mode()
    {
        Needs.Mptcp();
        Needs.IPv6();

        using Socket socket = MptcpSocket.Create();

        socket.AddressFamily.Should().Be(AddressFamily.InterNetworkV6);
        socket.DualMode.Should().BeTrue();
    }

    [Fact]
    public void An_IPv6_socket_accepts_only_IPv6_but_a_listener_on_any_address_accepts_IPv4()
    {
        Needs.Mptcp();
        Needs.IPv6();

        using Socket socket = MptcpSocket.Create(AddressFamily.InterNetworkV6);
        using Socket listener = MptcpSocket.Listen(new IPEndPoint(IPAddress.IPv6Any, 0));
        using Socket bound = MptcpSocket.CreateBoundListenSocket(new IPEndPoint(IPAddress.IPv6Any, 0));
        using Socket single = MptcpSocket.Listen(new IPEndPoint(IPAddress.IPv6Any, 0), new MptcpListenOptions { DualMode = false });

        socket.DualMode.Should().BeFalse();
        listener.DualMode.Should().BeTrue("as with Kestrel");
        bound.DualMode.Should().BeTrue();
        single.DualMode.Should().BeFalse();
        MptcpSocket.Connect(IPAddress.Loopback.ToString(), listener.Port()).Dispose();
        FluentActions.Invoking(() => MptcpSocket.Connect(IPAddress.Loopback.ToString(), single.Port()))
            .Should().Throw<SocketException>().Which.SocketErrorCode.Should().Be(SocketError.ConnectionRefused);
    }

    [Fact]
    public void Disabled_creates_a_TCP_socket()
    {
        using Socket socket = MptcpSocket.Create(AddressFamily.InterNetwork, MptcpMode.Disabled);

        socket.GetMptcpState().Should().Be(MptcpState.Tcp);
        if (OperatingSystem.IsLinux())
            socket.KernelProtocol().Should().Be(TcpProtocol);
    }

    [Fact]
    public void A_bound_listen_socket_on_any_IPv6_address_accepts_IPv4_as_in_Kestrel()
    {
        Needs.IPv6();

        using Socket any = MptcpSocket.CreateBoundListenSocket(new IPEndPoint(IPAddress.IPv6Any, 0));
        using Socket loopback = MptcpSocket.CreateBoundListenSocket(new IPEndPoint(IPAddress.IPv6Loopback, 0));

        any.IsBound.Should().BeTrue();
        any.DualMode.Should().BeTrue();
        loopback.DualMode.Should().BeFalse();
        any.Listen();
        using Socket client = MptcpSocket.Connect(IPAddress.Loopback.ToString(), any.Port());
        client.Connected.Should().BeTrue();
    }

    [Fact]
    public void The_state_of_a_listening_socket_is_its_protocol()
    {
        Needs.Mptcp();

        using Socket listener = MptcpSocket.Listen(Peers.AnyPort(AddressFamily.InterNetwork));

        listener.GetMptcpState().Should().Be(MptcpState.Mptcp);
    }

    [Fact]
    public void Listen_options_are_applied()
    {
        Needs.IPv6();
        Socket? configured = null;
        using Socket listener = MptcpSocket.Listen(new IPEndPoint(IPAddress.IPv6Any, 0), new MptcpListenOptions
        {
            DualMode = true,
            NoDelay = true,
            Backlog = 1,
            ConfigureSocket = socket =>
            {
                socket.IsBound.Should().BeFalse();
                configured = socket;
            },
        });

        using Socket client = MptcpSocket.Connect(IPAddress.Loopback.ToString(), listener.Port());
        using Socket accepted = listener.Accept();

        configured.Should().BeSameAs(listener);
        accepted.NoDelay.Should().BeTrue();
    }

    [Fact]
    public void A_listener_is_closed_when_its_configuration_throws()
    {
        Socket? made = null;
        FluentActions.Invoking(() => MptcpSocket.Listen(Peers.AnyPort(AddressFamily.InterNetwork), new MptcpListenOptions
        {
            ConfigureSocket = socket =>
            {
                made = socket;
                throw new TimeoutException("mine");
            },
        })).Should().Throw<TimeoutException>().WithMessage("mine");

        made!.SafeHandle.IsClosed.Should().BeTrue();
    }

    [Fact]
    public void A_second_listener_on_a_port_fails()
    {
        using Socket first = MptcpSocket.Listen(Peers.AnyPort(AddressFamily.InterNetwork));

        foreach (MptcpMode mode in Enum.GetValues<MptcpMode>())
        {
            FluentActions.Invoking(() => MptcpSocket.Listen(first.EndPoint(), new MptcpListenOptions { Mode = mode }))
                .Should().Throw<SocketException>().Which.SocketErrorCode.Should().Be(SocketError.AddressAlreadyInUse);
        }
    }

    [Theory(Timeout = Limit.OfATest)]
    [InlineData(MptcpMode.Preferred)]
    [InlineData(MptcpMode.Disabled)]
    public async Task A_listener_restarts_while_connections_are_in_TIME_WAIT(MptcpMode mode)
    {
        Needs.Linux();
        IPEndPoint local = Peers.AnyPort(AddressFamily.InterNetwork);
        for (int i = 0; i < 2; i++)
        {
            using Socket listener = MptcpSocket.Listen(local, new MptcpListenOptions { Mode = mode });
            local = listener.EndPoint();
            using Socket client = MptcpSocket.Connect(local, new MptcpConnectOptions { Mode = mode });
            using (Socket accepted = await listener.AcceptAsync())
            {
                accepted.Shutdown(SocketShutdown.Both); // the side that closes first keeps the port in TIME_WAIT
                client.Receive(new byte[1]).Should().Be(0);
            }

            client.Dispose();
            await Peers.WaitForTimeWaitAsync(local.Port);
            listener.Dispose();
            await Peers.WaitUntilNobodyListensAsync(local.Port);
        }
    }

    [Fact]
    public void A_listener_does_not_share_its_port()
    {
        const int SOL_SOCKET = 1, SO_REUSEPORT = 15;
        Needs.Linux();
        using Socket listener = MptcpSocket.Listen(Peers.AnyPort(AddressFamily.InterNetwork));

        Span<byte> reusePort = stackalloc byte[sizeof(int)];
        listener.GetRawSocketOption(SOL_SOCKET, SO_REUSEPORT, reusePort);

        BitConverter.ToInt32(reusePort).Should().Be(0);
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_child_process_inherits_no_socket()
    {
        Needs.Linux();
        using Socket listener = MptcpSocket.Listen(Peers.AnyPort(AddressFamily.InterNetwork));
        using Socket client = await MptcpSocket.ConnectAsync(listener.EndPoint());
        using Socket accepted = await listener.AcceptAsync();
        using Socket unused = MptcpSocket.Create();
        using var tcpClient = new MptcpTcpClient();
        string[] ours = [.. new[] { listener, client, accepted, unused, tcpClient.Client }.Select(Inode)];

        Child.Result child = await Child.RunAsync("ls", ["-l", "/proc/self/fd"]);

        ours.Should().OnlyContain(inode => inode.StartsWith("socket:", StringComparison.Ordinal));
        child.ShouldSucceed().Output.Should().NotContainAny(ours);

        static string Inode(Socket socket) => File.ResolveLinkTarget($"/proc/self/fd/{socket.Handle}", returnFinalTarget: false)!.Name;
    }
}
