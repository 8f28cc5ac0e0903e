using System.Net.Sockets;
using System.Security.Cryptography;

namespace Mptcp.Testing;

/// <summary>Transfers more data than the buffers on the way can hold.</summary>
static class Traffic
{
    internal const int Plenty = 8 * 1024 * 1024;

    /// <summary>Sends random bytes in both directions at once, each to its end, and compares the received data.</summary>
    internal static async Task ExchangeAsync(Socket one, Socket other)
    {
        byte[] fromOne = Peers.RandomBytes(Plenty), fromOther = Peers.RandomBytes(Plenty);
        Task sending = Task.WhenAll(SendToEndAsync(one, fromOne), SendToEndAsync(other, fromOther));
        byte[][] received = await Task.WhenAll(ReceiveToEndAsync(other), ReceiveToEndAsync(one));
        await sending;

        ShouldBeTheSame(received[0], fromOne);
        ShouldBeTheSame(received[1], fromOther);
    }

    /// <summary>Sends random bytes and expects them back. The peer sends while it receives.</summary>
    internal static async Task ExpectEchoAsync(Socket client)
    {
        byte[] sent = Peers.RandomBytes(Plenty);
        Task sending = SendToEndAsync(client, sent);
        byte[] received = await ReceiveToEndAsync(client);
        await sending;

        ShouldBeTheSame(received, sent);
    }

    /// <summary>Echoes until the peer has finished.</summary>
    internal static async Task EchoAsync(Socket server)
    {
        byte[] buffer = new byte[64 * 1024];
        while (await server.ReceiveAsync(buffer.AsMemory()) is var received and > 0)
            await server.SendAllAsync(buffer.AsMemory(0, received));

        server.Shutdown(SocketShutdown.Send);
    }

    internal static async Task SendToEndAsync(this Socket socket, ReadOnlyMemory<byte> bytes)
    {
        await socket.SendAllAsync(bytes);
        socket.Shutdown(SocketShutdown.Send);
    }

    internal static async Task<byte[]> ReceiveToEndAsync(this Socket socket)
    {
        using var bytes = new MemoryStream();
        byte[] buffer = new byte[64 * 1024];
        while (await socket.ReceiveAsync(buffer.AsMemory()) is var received and > 0)
            bytes.Write(buffer, 0, received);

        return bytes.ToArray();
    }

    /// <summary>Compares by hash, so that a difference between megabytes is not printed.</summary>
    internal static void ShouldBeTheSame(byte[] actual, byte[] expected)
    {
        actual.Should().HaveCount(expected.Length);
        SHA256.HashData(actual).Should().Equal(SHA256.HashData(expected));
    }
}
