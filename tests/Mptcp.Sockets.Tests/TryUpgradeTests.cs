using System.Net;
using System.Net.Sockets;
using Mptcp.Sockets.Tests.Support;

namespace Mptcp.Sockets.Tests;

public class TryUpgradeTests
{
    static Socket CreateTcp(AddressFamily family = AddressFamily.InterNetwork) => new(family, SocketType.Stream, ProtocolType.Tcp);

    [Theory(Timeout = Limit.OfATest)]
    [InlineData(AddressFamily.InterNetwork)]
    [InlineData(AddressFamily.InterNetworkV6)]
    public async Task A_new_TCP_socket_becomes_an_MPTCP_socket_and_connects(AddressFamily family)
    {
        Needs.Mptcp();
        using Socket listener = MptcpSocket.Listen(Peers.AnyPort(family));
        using Socket socket = CreateTcp(family);

        MptcpSocket.TryUpgrade(socket).Should().BeTrue();

        socket.IsBound.Should().BeFalse();
        await socket.ConnectAsync(listener.EndPoint());
        socket.GetMptcpState().Should().Be(MptcpState.Mptcp);
    }

    [Fact]
    public void An_upgrade_keeps_the_options()
    {
        NeedsOptions();
        Needs.IPv6();
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp)
        {
            NoDelay = true,
            LingerState = new LingerOption(true, 3),
            SendBufferSize = 50_000,
            ReceiveBufferSize = 60_000,
            SendTimeout = 1111,
            ReceiveTimeout = 2222,
        };
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, 33);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, 44);
        socket.SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, 5);
        socket.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.TypeOfService, 0x10);
        string reno = "reno";
        socket.SetRawSocketOption(6, 13, System.Text.Encoding.ASCII.GetBytes(reno));

        MptcpSocket.TryUpgrade(socket).Should().BeTrue();

        socket.KernelProtocol().Should().Be(262);
        socket.DualMode.Should().BeTrue();
        socket.NoDelay.Should().BeTrue();
        socket.LingerState.Should().BeEquivalentTo(new LingerOption(true, 3));
        socket.SendBufferSize.Should().Be(100_000, "the kernel doubles it");
        socket.ReceiveBufferSize.Should().Be(120_000, "the kernel doubles it");
        socket.SendTimeout.Should().Be(1111);
        socket.ReceiveTimeout.Should().Be(2222);
        socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive).Should().Be(1);
        socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress).Should().Be(1);
        socket.GetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime).Should().Be(33);
        socket.GetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval).Should().Be(44);
        socket.GetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount).Should().Be(5);
        socket.GetSocketOption(SocketOptionLevel.IP, SocketOptionName.TypeOfService).Should().Be(0x10);
        byte[] congestion = new byte[16];
        int length = socket.GetRawSocketOption(6, 13, congestion);
        System.Text.Encoding.ASCII.GetString(congestion, 0, length).TrimEnd('\0').Should().Be(reno);
    }

    [Fact]
    public void An_upgrade_keeps_the_device()
    {
        NeedsOptions();
        using Socket socket = CreateTcp();
        byte[] lo = "lo\0"u8.ToArray();
        socket.SetRawSocketOption(1, 25, lo);

        MptcpSocket.TryUpgrade(socket).Should().BeTrue();

        byte[] device = new byte[16];
        socket.GetRawSocketOption(1, 25, device).Should().Be(lo.Length);
        device.Take(lo.Length).Should().Equal(lo);
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task An_upgrade_keeps_a_socket_non_blocking()
    {
        Needs.Mptcp();
        using Socket listener = MptcpSocket.Listen(Peers.AnyPort(AddressFamily.InterNetwork));
        using Socket socket = CreateTcp();
        socket.Blocking = false;
        socket.Blocking = true; // .NET leaves the descriptor non-blocking, and does the waiting itself

        MptcpSocket.TryUpgrade(socket).Should().BeTrue();
        await socket.ConnectAsync(listener.EndPoint());
        using Socket server = await listener.AcceptAsync();

        Task<int> receiving = socket.ReceiveAsync(new byte[1]);
        receiving.IsCompleted.Should().BeFalse();
        await server.SendAsync(new byte[1]);
        (await receiving.WaitAsync(TimeSpan.FromSeconds(30))).Should().Be(1);
    }

    [Theory]
    [InlineData(6, 18)] // TCP_USER_TIMEOUT
    [InlineData(0, 21)] // IP_MINTTL
    [InlineData(1, 5)] // SO_DONTROUTE, which MPTCP accepts, and which has no effect on its subflows
    public void An_upgrade_with_a_raw_option_that_MPTCP_lacks_is_refused(int level, int name)
    {
        Needs.Mptcp();
        using Socket socket = CreateTcp();
        socket.SetRawSocketOption(level, name, BitConverter.GetBytes(1));

        MptcpSocket.TryUpgrade(socket).Should().BeFalse();

        byte[] kept = new byte[sizeof(int)];
        socket.GetRawSocketOption(level, name, kept);
        BitConverter.ToInt32(kept).Should().Be(1);
    }

    [Fact]
    public void An_upgrade_with_an_option_that_MPTCP_lacks_is_refused()
    {
        Needs.Mptcp();
        using Socket listener = MptcpSocket.Listen(Peers.AnyPort(AddressFamily.InterNetwork));
        using Socket socket = CreateTcp();
        socket.Ttl = 7;

        MptcpSocket.TryUpgrade(socket).Should().BeFalse();

        socket.Ttl.Should().Be(7);
        socket.KernelProtocol().Should().Be(6);
        socket.Connect([IPAddress.Parse("127.0.0.2"), IPAddress.Loopback], listener.Port());
        socket.Connected.Should().BeTrue("it is untouched, so .NET still connects it to a list of addresses");
    }

    [Fact]
    public void An_upgrade_of_an_MPTCP_socket_does_nothing()
    {
        Needs.Mptcp();
        using Socket socket = MptcpSocket.Create(AddressFamily.InterNetwork);
        nint before = socket.Handle;

        MptcpSocket.TryUpgrade(socket).Should().BeTrue();

        socket.Handle.Should().Be(before);
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task An_upgrade_of_a_used_socket_throws()
    {
        using Socket listener = Peers.ListenTcp();
        using Peers.Unanswering silent = await Peers.UnansweringAsync();
        using Socket bound = CreateTcp();
        bound.Bind(Peers.AnyPort(AddressFamily.InterNetwork));
        using Socket connected = CreateTcp();
        connected.Connect(listener.EndPoint());
        using Socket connecting = CreateTcp();
        using var cancellation = new CancellationTokenSource();
        Task pending = connecting.ConnectAsync(silent.EndPoint, cancellation.Token).AsTask();

        foreach ((Socket socket, string use) in new[] { (listener, "listening"), (bound, "bound"), (connected, "connected"), (connecting, "") })
            FluentActions.Invoking(() => MptcpSocket.TryUpgrade(socket)).Should().Throw<InvalidOperationException>().WithMessage($"*{use}*");

        await cancellation.CancelAsync();
        await FluentActions.Awaiting(() => pending).Should().ThrowAsync<OperationCanceledException>();
        connected.GetMptcpState().Should().Be(MptcpState.Tcp);
    }

    [Theory(Timeout = Limit.OfATest)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_upgrade_after_a_failed_connect_is_refused(bool isAsync)
    {
        using Socket listener = Peers.ListenTcp();
        using Socket socket = CreateTcp();
        await FluentActions.Awaiting(async () =>
        {
            if (isAsync)
                await socket.ConnectAsync(Peers.Refusing());
            else
                socket.Connect(Peers.Refusing());
        }).Should().ThrowAsync<SocketException>();

        MptcpSocket.TryUpgrade(socket).Should().BeFalse();

        socket.Connect(listener.EndPoint());
        socket.Connected.Should().BeTrue("it is untouched");
    }

    [Fact]
    public void An_upgrade_ignores_a_linger_time_that_was_turned_off()
    {
        Needs.Mptcp();
        using Socket socket = CreateTcp();
        socket.LingerState = new LingerOption(true, 5);
        socket.LingerState = new LingerOption(false, 0); // the kernel keeps the 5

        MptcpSocket.TryUpgrade(socket).Should().BeTrue();

        socket.LingerState.Enabled.Should().BeFalse();
    }

    [Fact]
    public void An_upgrade_keeps_a_priority_beside_a_type_of_service()
    {
        const int SOL_SOCKET = 1, SO_PRIORITY = 12;
        NeedsOptions();
        foreach (int priority in new[] { 0, 5 })
        {
            using Socket socket = CreateTcp();
            socket.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.TypeOfService, 0x10); // this sets a priority of 6
            socket.SetRawSocketOption(SOL_SOCKET, SO_PRIORITY, BitConverter.GetBytes(priority));

            MptcpSocket.TryUpgrade(socket).Should().BeTrue();

            byte[] kept = new byte[sizeof(int)];
            socket.GetRawSocketOption(SOL_SOCKET, SO_PRIORITY, kept);
            BitConverter.ToInt32(kept).Should().Be(priority);
        }
    }

    [Theory]
    [InlineData(1, 7, 50_000)] // SO_SNDBUF
    [InlineData(1, 8, 50_000)] // SO_RCVBUF, from which Linux 7.3 derives TCP_WINDOW_CLAMP
    [InlineData(1, 18, 1_000_000)] // SO_RCVLOWAT, which raises SO_RCVBUF and TCP_WINDOW_CLAMP
    [InlineData(0, 1, 0x10)] // IP_TOS, which sets SO_PRIORITY
    public void TryUpgrade_with_an_option_from_which_the_kernel_derives_others_gives_what_a_new_multipath_socket_would_have(int level, int name, int value)
    {
        NeedsOptions();
        using Socket upgraded = CreateTcp();
        using Socket created = MptcpSocket.Create(AddressFamily.InterNetwork);
        foreach (Socket socket in new[] { upgraded, created })
            socket.SetRawSocketOption(level, name, BitConverter.GetBytes(value));

        MptcpSocket.TryUpgrade(upgraded).Should().BeTrue();

        foreach ((int readLevel, int readName) in new[] { (1, 7), (1, 8), (1, 12), (1, 18), (0, 1) })
            Read(upgraded, readLevel, readName).Should().Be(Read(created, readLevel, readName), $"that holds for option {readName} of level {readLevel}");
    }

    static int Read(Socket socket, int level, int name)
    {
        byte[] value = new byte[sizeof(int)];
        socket.GetRawSocketOption(level, name, value);
        return BitConverter.ToInt32(value);
    }

    [Fact]
    public void An_upgrade_of_another_kind_of_socket_throws()
    {
        using var udp = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        using var unix = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        Socket closed = CreateTcp();
        closed.Dispose();

        FluentActions.Invoking(() => MptcpSocket.TryUpgrade(udp)).Should().Throw<ArgumentException>().WithParameterName("socket");
        FluentActions.Invoking(() => MptcpSocket.TryUpgrade(unix)).Should().Throw<ArgumentException>().WithParameterName("socket");
        FluentActions.Invoking(() => MptcpSocket.TryUpgrade(closed)).Should().Throw<ObjectDisposedException>();
    }

    static void NeedsOptions()
    {
        Needs.Mptcp();
        if (!KernelFacts.HasNoDelay)
            Needs.KernelLacks("whose MPTCP sockets have the options of TCP sockets: Linux 5.17.");
    }
}
