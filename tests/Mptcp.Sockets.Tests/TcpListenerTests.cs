using System.Net;
using System.Net.Sockets;

namespace Mptcp.Sockets.Tests;

public class TcpListenerTests
{
    [Fact(Timeout = Limit.OfATest)]
    public async Task Every_way_of_accepting_takes_MPTCP_and_TCP_clients()
    {
        Needs.Mptcp();
        using var listener = new MptcpTcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var endPoint = (IPEndPoint)listener.LocalEndpoint;

        foreach (MptcpMode mode in new[] { MptcpMode.Required, MptcpMode.Disabled })
        {
            MptcpState expected = mode == MptcpMode.Required ? MptcpState.Mptcp : MptcpState.Tcp;
            await Accepts(() => Task.FromResult(listener.AcceptSocket().GetMptcpState()));
            await Accepts(() => Task.FromResult(listener.AcceptTcpClient().GetMptcpState()));
            await Accepts(async () => (await listener.AcceptSocketAsync()).GetMptcpState());
            await Accepts(async () => (await listener.AcceptTcpClientAsync()).GetMptcpState());
            await Accepts(async () => (await listener.AcceptSocketAsync(CancellationToken.None)).GetMptcpState());
            await Accepts(async () => (await listener.AcceptTcpClientAsync(CancellationToken.None)).GetMptcpState());
            await Accepts(async () => (await Task.Factory.FromAsync(listener.BeginAcceptSocket, listener.EndAcceptSocket, null)).GetMptcpState());
            await Accepts(async () => (await Task.Factory.FromAsync(listener.BeginAcceptTcpClient, listener.EndAcceptTcpClient, null)).GetMptcpState());

            async Task Accepts(Func<Task<MptcpState>> accept)
            {
                using Socket client = MptcpSocket.Connect(endPoint, new MptcpConnectOptions { Mode = mode });
                (await accept()).Should().Be(expected);
            }
        }
    }

    [Fact]
    public void A_restarted_listener_still_uses_MPTCP()
    {
        Needs.Mptcp();
        using var listener = new MptcpTcpListener(IPAddress.Loopback, 0);
        for (int i = 0; i < 3; i++)
        {
            listener.Start();
            listener.Server.GetMptcpState().Should().Be(MptcpState.Mptcp);
            using Socket client = MptcpSocket.Connect(listener.LocalEndpoint);
            using Socket server = listener.AcceptSocket();
            server.GetMptcpState().Should().Be(MptcpState.Mptcp);
            listener.Stop();
        }
    }

    [Fact]
    public void Settings_of_the_server_socket_between_stop_and_start_are_kept()
    {
        Needs.Mptcp();
        using var listener = new MptcpTcpListener(IPAddress.Loopback, 0);
        listener.Start();
        listener.Stop();

        listener.Server.ReceiveBufferSize = 50_000;
        listener.Server.NoDelay = true;
        listener.Start();

        listener.Server.GetMptcpState().Should().Be(MptcpState.Mptcp);
        listener.Server.ReceiveBufferSize.Should().Be(100_000, "the kernel doubles it");
        listener.Server.NoDelay.Should().BeTrue();
    }

    [Fact]
    public void A_listener_works_through_a_variable_of_type_TcpListener()
    {
        Needs.Mptcp();
        using TcpListener listener = new MptcpTcpListener(IPAddress.Loopback, 0);

        listener.Start();

        listener.Server.GetMptcpState().Should().Be(MptcpState.Mptcp);
    }

    [Fact]
    public void Create_accepts_IPv6_and_IPv4_even_after_a_restart()
    {
        Needs.Mptcp();
        Needs.IPv6();
        using MptcpTcpListener listener = MptcpTcpListener.Create(0);
        for (int i = 0; i < 2; i++)
        {
            listener.Start();
            int port = ((IPEndPoint)listener.LocalEndpoint).Port;
            foreach (IPAddress address in new[] { IPAddress.Loopback, IPAddress.IPv6Loopback })
            {
                using Socket client = MptcpSocket.Connect(new IPEndPoint(address, port));
                using Socket server = listener.AcceptSocket();
                server.GetMptcpState().Should().Be(MptcpState.Mptcp);
            }

            listener.Stop();
        }
    }

    [Fact]
    public void Options_of_the_server_socket_are_kept()
    {
        const int SOL_SOCKET = 1, SO_INCOMING_CPU = 49;
        Needs.Mptcp();
        using var listener = new MptcpTcpListener(IPAddress.Loopback, 0);
        listener.Server.SetRawSocketOption(SOL_SOCKET, SO_INCOMING_CPU, BitConverter.GetBytes(0));
        listener.Server.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);

        listener.Start();

        listener.Server.GetMptcpState().Should().Be(MptcpState.Mptcp);
        listener.Server.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress).Should().Be(1);
    }

    [Fact]
    public void Create_keeps_settings_from_before_the_start()
    {
        Needs.IPv6();
        using MptcpTcpListener listener = MptcpTcpListener.Create(0);

        listener.Server.DualMode = false;
        listener.Start();

        listener.Server.DualMode.Should().BeFalse();
    }

    [Fact]
    public void An_IPv6_listener_accepts_only_IPv6()
    {
        Needs.IPv6();
        using var listener = new MptcpTcpListener(IPAddress.IPv6Any, 0);

        listener.Server.DualMode.Should().BeFalse();
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_listener_restarts_on_its_port_in_TIME_WAIT_and_a_second_one_fails()
    {
        Needs.Linux();
        var endPoint = new IPEndPoint(IPAddress.Loopback, 0);
        for (int i = 0; i < 2; i++)
        {
            using var listener = new MptcpTcpListener(endPoint);
            listener.Start();
            endPoint = (IPEndPoint)listener.LocalEndpoint;
            using (var second = new MptcpTcpListener(endPoint))
            {
                FluentActions.Invoking(second.Start).Should().Throw<SocketException>()
                    .Which.SocketErrorCode.Should().Be(SocketError.AddressAlreadyInUse);
            }

            using Socket client = MptcpSocket.Connect(endPoint);
            using (Socket server = listener.AcceptSocket())
            {
                server.Shutdown(SocketShutdown.Both); // the side that closes first keeps the port in TIME_WAIT
                client.Receive(new byte[1]).Should().Be(0);
            }

            client.Dispose();
            await Peers.WaitForTimeWaitAsync(endPoint.Port);
            listener.Stop();
            await Peers.WaitUntilNobodyListensAsync(endPoint.Port);
        }
    }

    [Fact]
    public void A_stopped_listener_behaves_as_TcpListener()
    {
        foreach (TcpListener listener in new TcpListener[] { new(IPAddress.Loopback, 0), new MptcpTcpListener(IPAddress.Loopback, 0) })
        {
            using (listener)
            {
                listener.LocalEndpoint.Should().Be(new IPEndPoint(IPAddress.Loopback, 0));
                listener.Server.IsBound.Should().BeFalse();
                listener.ExclusiveAddressUse.Should().BeTrue();
                FluentActions.Invoking(listener.Pending).Should().Throw<InvalidOperationException>();
                FluentActions.Invoking(listener.AcceptSocket).Should().Throw<InvalidOperationException>();
                listener.ExclusiveAddressUse = true;
                listener.Start();
                listener.Start();
                listener.Pending().Should().BeFalse();
                FluentActions.Invoking(() => listener.ExclusiveAddressUse = false).Should().Throw<InvalidOperationException>();
                listener.Stop();
                listener.Stop();
            }
        }
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task Stop_ends_a_pending_accept()
    {
        using var listener = new MptcpTcpListener(IPAddress.Loopback, 0);
        listener.Start();
        Task<TcpClient> accepting = listener.AcceptTcpClientAsync();

        listener.Stop();

        await FluentActions.Awaiting(() => accepting.WaitAsync(TimeSpan.FromSeconds(30))).Should().ThrowAsync<Exception>()
            .Where(e => e is SocketException || e is ObjectDisposedException);
    }

    [Fact]
    public void Disabled_listens_with_TCP()
    {
        using var listener = new MptcpTcpListener(IPAddress.Loopback, 0, MptcpMode.Disabled);

        listener.Start();

        listener.Mode.Should().Be(MptcpMode.Disabled);
        listener.Server.GetMptcpState().Should().Be(MptcpState.Tcp);
    }
}
