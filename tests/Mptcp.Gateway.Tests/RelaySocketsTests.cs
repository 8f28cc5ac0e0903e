using System.Net.Sockets;
using Mptcp.Gateway.Relaying;
using Mptcp.Gateway.Tests.Support;

namespace Mptcp.Gateway.Tests;

public class RelaySocketsTests
{
    [Fact(Timeout = Limit.OfATest)]
    public async Task An_end_is_not_a_reset()
    {
        (Socket socket, Socket peer) = await ConnectAsync();
        using (socket)
        using (peer)
        {
            peer.Shutdown(SocketShutdown.Send);
            (await socket.ReceiveAsync(new byte[1]).WaitAsync(Limit.OfAWait)).Should().Be(0);

            (await RelaySockets.IsResetAsync(socket)).Should().BeFalse();
        }
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_reset_that_a_write_has_seen_is_a_reset()
    {
        (Socket socket, Socket peer) = await ConnectAsync();
        using (socket)
        {
            RelaySockets.Close(peer, reset: true);
            await FailsAsync(socket);
            await FluentActions.Awaiting(() => socket.SendAsync("x"u8.ToArray())).Should().ThrowAsync<SocketException>();
            (await socket.ReceiveAsync(new byte[1]).WaitAsync(Limit.OfAWait)).Should().Be(0, "the kernel has reported the reset already");

            (await RelaySockets.IsResetAsync(socket)).Should().BeTrue();
        }
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_reset_after_the_end_of_the_stream_is_no_reset()
    {
        (Socket socket, Socket peer) = await ConnectAsync();
        using (socket)
        {
            byte[] sent = Peers.RandomBytes(1000);
            await peer.SendAllAsync(sent);
            peer.Dispose();
            await Eventually.TrueAsync(() => HasEnd(socket), "the end has arrived");
            await socket.SendAsync("x"u8.ToArray()); // to a socket that is closed: answered with a reset
            await FailsAsync(socket);
            (await socket.ReceiveToEndAsync().WaitAsync(Limit.OfAWait)).Should().Equal(sent);

            (await RelaySockets.IsResetAsync(socket)).Should().BeFalse("the server of the gateway shall get everything that the client has sent");
        }
    }

    [Fact(Timeout = Limit.OfATest)]
    public async Task A_peer_that_never_closes_is_waited_for_in_bounds()
    {
        (Socket socket, Socket peer) = await ConnectAsync();
        using (socket)
        using (peer)
        {
            await LingeringClose.WaitAsync(socket, TimeSpan.FromMilliseconds(100), CancellationToken.None).WaitAsync(Limit.OfAWait);

            (await peer.ReceiveAsync(new byte[1]).WaitAsync(Limit.OfAWait)).Should().Be(0, "the stream to the peer has ended");
        }
    }

    static async Task<(Socket Socket, Socket Peer)> ConnectAsync()
    {
        using Socket listener = MptcpSocket.Listen(Peers.AnyPort(AddressFamily.InterNetwork), new MptcpListenOptions { Mode = MptcpMode.Disabled });
        Socket peer = await Relayed.ConnectAsync(listener.EndPoint());
        return (await listener.AcceptAsync(), peer);
    }

    static bool HasEnd(Socket socket)
    {
        const int tcp = 6, info = 11, closeWait = 8; // IPPROTO_TCP, TCP_INFO, TCP_CLOSE_WAIT
        byte[] state = new byte[1];
        socket.GetRawSocketOption(tcp, info, state);
        return state[0] == closeWait;
    }

    static Task FailsAsync(Socket socket) => Eventually.TrueAsync(() => socket.Poll(0, SelectMode.SelectError), "the reset has arrived");
}
