using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Mptcp.Sockets.Tests.Support;

namespace Mptcp.Sockets.Tests;

/// <summary>The differences from a TCP socket: the rows of the table in docs/what-differs.md. If a row no longer holds, remove it from the table.</summary>
public class DifferencesTests
{
    [Fact]
    public void Ttl_and_DontFragment_are_refused_by_the_kernel()
    {
        Needs.Mptcp();
        using Socket socket = MptcpSocket.Create(AddressFamily.InterNetwork);

        foreach (Action use in new Action[] { () => _ = socket.Ttl, () => socket.Ttl = 9, () => _ = socket.DontFragment, () => socket.DontFragment = true })
            use.Should().Throw<SocketException>().Which.SocketErrorCode.Should().Be(SocketError.OperationNotSupported);
    }

    [Fact]
    public void IP_options_and_urgent_data_are_refused_by_the_kernel()
    {
        Needs.Mptcp();
        using Socket socket = MptcpSocket.Create(AddressFamily.InterNetwork);

        socket.Invoking(s => s.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.IPOptions, new byte[4])).Should().Throw<SocketException>();
        socket.Invoking(s => s.IOControl(IOControlCode.OobDataRead, null, new byte[4])).Should().Throw<SocketException>();
    }

    [Fact]
    public void Some_options_of_TCP_are_refused_by_the_kernel()
    {
        const int SOL_TCP = 6, TCP_SYNCNT = 7, TCP_QUICKACK = 12, TCP_USER_TIMEOUT = 18;
        Needs.Mptcp();
        using Socket socket = MptcpSocket.Create(AddressFamily.InterNetwork);

        foreach (int option in new[] { TCP_SYNCNT, TCP_QUICKACK, TCP_USER_TIMEOUT })
        {
            socket.Invoking(s => s.SetRawSocketOption(SOL_TCP, option, BitConverter.GetBytes(1)))
                .Should().Throw<SocketException>().Which.SocketErrorCode.Should().Be(SocketError.ProtocolOption);
        }
    }

    [Fact]
    public void Available_before_connecting_is_not_0()
    {
        Needs.Mptcp();
        using Socket socket = MptcpSocket.Create(AddressFamily.InterNetwork);
        using Socket tcp = MptcpSocket.Create(AddressFamily.InterNetwork, MptcpMode.Disabled);

        tcp.Available.Should().Be(0);
        socket.Available.Should().Be(1, "the kernel counts the end of a stream that has not begun");
    }

    [Fact]
    public void Connecting_one_socket_to_a_list_of_addresses_tries_the_first_only()
    {
        Needs.Mptcp();
        using Socket listener = MptcpSocket.Listen(Peers.AnyPort(AddressFamily.InterNetwork));
        using Socket socket = MptcpSocket.Create(AddressFamily.InterNetwork);

        FluentActions.Invoking(() => socket.Connect([IPAddress.Parse("127.0.0.2"), IPAddress.Loopback], listener.Port()))
            .Should().Throw<SocketException>().Which.SocketErrorCode.Should().Be(SocketError.ConnectionRefused);
    }

    [Fact]
    public void Connecting_one_socket_again_after_a_failure_is_refused()
    {
        Needs.Mptcp();
        using Socket listener = MptcpSocket.Listen(Peers.AnyPort(AddressFamily.InterNetwork));
        using Socket socket = MptcpSocket.Create(AddressFamily.InterNetwork);
        socket.Invoking(s => s.Connect(Peers.Refusing())).Should().Throw<SocketException>();

        socket.Invoking(s => s.Connect(listener.EndPoint())).Should().Throw<PlatformNotSupportedException>();
    }

    [Fact]
    public void Disconnect_for_reuse_leaves_a_tcp_socket()
    {
        Needs.Mptcp();
        using Socket listener = MptcpSocket.Listen(Peers.AnyPort(AddressFamily.InterNetwork));
        using Socket socket = MptcpSocket.Connect(listener.EndPoint());

        socket.Disconnect(reuseSocket: true);

        socket.GetMptcpState().Should().Be(MptcpState.Tcp);
    }

    [Fact]
    public void A_listener_restarted_through_the_base_type_is_a_tcp_one()
    {
        Needs.Mptcp();
        using TcpListener listener = new MptcpTcpListener(IPAddress.Loopback, 0);
        listener.Start();

        listener.Stop();
        listener.Start();

        listener.Server.GetMptcpState().Should().Be(MptcpState.Tcp);
    }

    [Fact]
    public void A_restarted_listener_of_Create_still_accepts_both_families()
    {
        Needs.IPv6();
        using var tcp = TcpListener.Create(0);
        using var mptcp = MptcpTcpListener.Create(0);

        tcp.Stop();
        mptcp.Stop();
        tcp.Start();
        mptcp.Start();

        tcp.Server.DualMode.Should().BeFalse();
        mptcp.Server.DualMode.Should().BeTrue();
    }

    [Theory]
    [InlineData(true, SocketError.IsConnected)]
    [InlineData(false, SocketError.ConnectionRefused)]
    public async Task Connecting_a_client_again_whose_socket_was_shut_down_is_refused(bool isMptcp, SocketError error)
    {
        using Socket listener = Peers.ListenTcp();
        IPEndPoint refusing = Peers.Refusing();
        using TcpClient client = isMptcp ? new MptcpTcpClient() : new TcpClient();
        client.Connect(listener.EndPoint());
        client.Client.Shutdown(SocketShutdown.Send);

        Func<Task> connect = () => client is MptcpTcpClient mptcp
            ? mptcp.ConnectAsync([refusing.Address, refusing.Address], refusing.Port)
            : client.ConnectAsync([refusing.Address, refusing.Address], refusing.Port);

        (await connect.Should().ThrowAsync<SocketException>()).Which.SocketErrorCode.Should().Be(error);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Connecting_a_client_of_IPv6_to_an_address_of_IPv4_throws_another_exception(bool isMptcp)
    {
        Needs.IPv6();
        using TcpClient client = isMptcp ? new MptcpTcpClient(AddressFamily.InterNetworkV6) : new TcpClient(AddressFamily.InterNetworkV6);

        Func<Task> connect = () => client is MptcpTcpClient mptcp ? mptcp.ConnectAsync(IPAddress.Loopback, 1) : client.ConnectAsync(IPAddress.Loopback, 1);

        (await connect.Should().ThrowAsync<Exception>()).Which.Should().BeOfType(isMptcp ? typeof(ArgumentException) : typeof(NotSupportedException));
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task Urgent_data_arrives_in_band()
    {
        Needs.Mptcp();
        using Socket listener = MptcpSocket.Listen(Peers.AnyPort(AddressFamily.InterNetwork));
        using Socket client = await MptcpSocket.ConnectAsync(listener.EndPoint());
        using Socket server = await listener.AcceptAsync();

        client.Send(new byte[] { 1 }, SocketFlags.OutOfBand);

        (await server.ReceiveExactlyAsync(1)).Should().Equal(1);
    }

    [Theory(Timeout = Limit.OfATest)]
    [InlineData("base")]
    [InlineData("base-async")]
    public async Task Client_that_connects_by_name_through_the_base_type_tries_the_first_address_only(string how)
    {
        Needs.Mptcp();
        Needs.IPv6();
        using Socket listener = MptcpSocket.Listen(Peers.AnyPort(AddressFamily.InterNetwork));

        Child.Result result = await Witness.RunWithHostsAsync(
            "::1 two.test\n127.0.0.1 two.test\n", "connect", how, "two.test", listener.Port().ToString(CultureInfo.InvariantCulture));

        result.ExitCode.Should().NotBe(0);
        result.Error.Should().Contain(nameof(SocketException)).And.Contain("refused");
    }

    [Fact]
    public void Clients_socket_is_not_bound_before_it_connects()
    {
        Needs.Mptcp();
        using var client = new MptcpTcpClient();

        client.Client.IsBound.Should().BeFalse();
        client.Client.LocalEndPoint.Should().BeNull();
        client.ExclusiveAddressUse = true;
        client.ExclusiveAddressUse.Should().BeTrue();
        client.Client.GetMptcpState().Should().Be(MptcpState.Mptcp);
    }
}
