using System.Net;
using System.Net.Sockets;

namespace Mptcp.Sockets.Tests.Support;

/// <summary>Connects clients, in each of the ways that a TcpClient has.</summary>
static class Connecting
{
    internal static Task ConnectAsync(MptcpTcpClient client, Way way, IPAddress[] addresses, int port)
    {
        switch (way)
        {
            case Way.Blocking:
                client.Connect(addresses, port);
                return Task.CompletedTask;
            case Way.Task:
                return client.ConnectAsync(addresses, port);
            case Way.Cancellable:
                return client.ConnectAsync(addresses, port, CancellationToken.None).AsTask();
            default:
                return Task.Factory.FromAsync((callback, state) => client.BeginConnect(addresses, port, callback, state), client.EndConnect, null);
        }
    }

    /// <summary>Whether the kernel waits for an answer.</summary>
    internal static bool IsConnecting(Socket socket)
    {
        const int SOL_TCP = 6, TCP_INFO = 11, TCP_SYN_SENT = 2;
        Span<byte> state = stackalloc byte[1];
        socket.GetRawSocketOption(SOL_TCP, TCP_INFO, state);
        return state[0] == TCP_SYN_SENT;
    }
}
