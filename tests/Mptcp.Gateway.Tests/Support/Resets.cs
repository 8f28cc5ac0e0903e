using System.Net;
using System.Net.Sockets;

namespace Mptcp.Gateway.Tests.Support;

static class Resets
{
    /// <summary>Waits until the socket's connection is reset.</summary>
    internal static async Task ShouldComeAsync(Socket socket) =>
        (await FluentActions.Awaiting(() => socket.ReceiveAsync(new byte[1]).WaitAsync(Limit.OfAWait)).Should().ThrowAsync<SocketException>())
            .Which.SocketErrorCode.Should().Be(SocketError.ConnectionReset);

    /// <summary>Connects and waits for a reset, which may come before the connect returns.</summary>
    internal static async Task ShouldMeetAsync(IPEndPoint gateway, bool mptcp = false) =>
        (await FluentActions.Awaiting(async () =>
        {
            using Socket client = await Relayed.ConnectAsync(gateway, mptcp);
            await client.ReceiveAsync(new byte[1]).WaitAsync(Limit.OfAWait);
        }).Should().ThrowAsync<SocketException>()).Which.SocketErrorCode.Should().Be(SocketError.ConnectionReset);
}
