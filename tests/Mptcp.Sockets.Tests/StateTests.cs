using System.Net;
using System.Net.Sockets;
using Mptcp.Sockets.Info;

namespace Mptcp.Sockets.Tests;

public class StateTests
{
    /// <summary>A newer kernel still has the sources of older ones, so all of them are tested here.</summary>
    [Theory(Timeout = Limit.OfATest)]
    [InlineData("StateOption", AddressFamily.InterNetwork)]
    [InlineData("StateOption", AddressFamily.InterNetworkV6)]
    [InlineData("Info", AddressFamily.InterNetwork)]
    [InlineData("Info", AddressFamily.InterNetworkV6)]
    [InlineData("FallbackOnlyOption", AddressFamily.InterNetwork)]
    [InlineData("FallbackOnlyOption", AddressFamily.InterNetworkV6)]
    public async Task Every_source_gives_the_same_answers(string sourceName, AddressFamily family)
    {
        Needs.Mptcp();
        var source = Enum.Parse<StateSource>(sourceName);
        if (source > ConnectionState.Source)
            Needs.KernelLacks($"with {source}.");

        IPAddress loopback = Peers.AnyPort(family).Address;
        using Socket multipath = MptcpSocket.Listen(new IPEndPoint(loopback, 0));
        using Socket plain = Peers.ListenTcp(loopback);
        using Socket unused = MptcpSocket.Create(family);
        using var unusedTcp = new Socket(family, SocketType.Stream, ProtocolType.Tcp);
        using Socket client = await MptcpSocket.ConnectAsync(multipath.EndPoint());
        using Socket server = await multipath.AcceptAsync();
        using Socket fellBack = await MptcpSocket.ConnectAsync(plain.EndPoint());
        using Socket tcpClient = await MptcpSocket.ConnectAsync(multipath.EndPoint(), new MptcpConnectOptions { Mode = MptcpMode.Disabled });
        using Socket tcpServer = await multipath.AcceptAsync();

        ConnectionState.Read(multipath, source).Should().Be(MptcpState.Mptcp);
        ConnectionState.Read(unused, source).Should().Be(MptcpState.Mptcp);
        ConnectionState.Read(client, source).Should().Be(MptcpState.Mptcp);
        ConnectionState.Read(server, source).Should().Be(MptcpState.Mptcp);
        ConnectionState.Read(fellBack, source).Should().Be(MptcpState.FellBack);
        ConnectionState.Read(plain, source).Should().Be(MptcpState.Tcp);
        ConnectionState.Read(unusedTcp, source).Should().Be(MptcpState.Tcp);
        ConnectionState.Read(tcpClient, source).Should().Be(MptcpState.Tcp);
        ConnectionState.Read(tcpServer, source).Should().Be(MptcpState.Tcp);
    }

    [Fact]
    public void Other_kinds_of_sockets_have_no_state()
    {
        using var udp = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        using var unix = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);

        FluentActions.Invoking(() => udp.GetMptcpState()).Should().Throw<NotSupportedException>().WithMessage("*Dgram*");
        FluentActions.Invoking(() => unix.GetMptcpState()).Should().Throw<NotSupportedException>().WithMessage("*Unix*");
    }

    [Fact]
    public void A_closed_socket_throws_ObjectDisposedException()
    {
        Socket socket = MptcpSocket.Create();
        socket.Dispose();
        var client = new TcpClient();
        client.Dispose();

        FluentActions.Invoking(() => socket.GetMptcpState()).Should().Throw<ObjectDisposedException>();
        FluentActions.Invoking(() => client.GetMptcpState()).Should().Throw<ObjectDisposedException>();
    }

    [Fact]
    public void Reading_does_not_prevent_a_later_connect_to_a_list_of_addresses()
    {
        using Socket listener = Peers.ListenTcp();
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);

        socket.GetMptcpState().Should().Be(MptcpState.Tcp);
        socket.Connect([IPAddress.Parse("127.0.0.2"), IPAddress.Loopback], listener.Port());

        socket.Connected.Should().BeTrue();
    }

    [Fact]
    public void Reading_allocates_nothing()
    {
        Needs.Mptcp();
        using Socket listener = MptcpSocket.Listen(Peers.AnyPort(AddressFamily.InterNetwork));
        using Socket plain = Peers.ListenTcp();
        using Socket client = MptcpSocket.Connect(listener.EndPoint());
        using Socket fellBack = MptcpSocket.Connect(plain.EndPoint());
        Ask();

        long before = GC.GetAllocatedBytesForCurrentThread();
        Ask();
        (GC.GetAllocatedBytesForCurrentThread() - before).Should().Be(0);

        void Ask()
        {
            for (int i = 0; i < 100; i++)
            {
                client.GetMptcpState();
                fellBack.GetMptcpState();
                plain.GetMptcpState();
            }
        }
    }
}
