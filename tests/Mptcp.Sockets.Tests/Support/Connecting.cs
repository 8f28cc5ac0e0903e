using System.Net;
using System.Net.Sockets;

namespace Mptcp.Sockets.Tests.Support;

/// <summary>Connects in each of the possible ways.</summary>
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

    /// <summary>Connects in each of the ways that this library offers.</summary>
    internal static async Task<Socket> ConnectAsync(string how, IPEndPoint server, MptcpMode mode = MptcpMode.Preferred)
    {
        var options = new MptcpConnectOptions { Mode = mode };
        switch (how)
        {
            case "socket":
                return MptcpSocket.Connect(server, options);
            case "socket-async":
                return await MptcpSocket.ConnectAsync(server, options);
            case "http":
                return await ConnectAsHttpClientDoesAsync(server, options);
        }

        var client = new MptcpTcpClient(mode);
        if (how == "client")
            client.Connect(server);
        else
            await client.ConnectAsync(server);

        return client.Client;
    }

    /// <summary>Takes the socket from HttpClient before it can send a request.</summary>
    static async Task<Socket> ConnectAsHttpClientDoesAsync(IPEndPoint server, MptcpConnectOptions options)
    {
        Socket? connected = null;
        using var handler = new SocketsHttpHandler();
        Func<SocketsHttpConnectionContext, CancellationToken, ValueTask<Stream>> connect = handler.UseMptcp(options).ConnectCallback!;
        using var http = new HttpClient(new SocketsHttpHandler
        {
            ConnectCallback = async (context, cancellationToken) =>
            {
                connected = ((NetworkStream)await connect(context, cancellationToken)).Socket;
                throw new OperationCanceledException("The socket is all that is wanted.");
            },
        });
        try
        {
            await http.GetAsync(new Uri($"http://{server}/"));
        }
        catch (Exception e) when (connected is not null && e is HttpRequestException or OperationCanceledException)
        {
            // The request was needed only for its connection.
        }

        return connected ?? throw new InvalidOperationException("It has not connected.");
    }

    /// <summary>Returns whether the kernel waits for an answer.</summary>
    internal static bool IsConnecting(Socket socket)
    {
        const int SOL_TCP = 6, TCP_INFO = 11, TCP_SYN_SENT = 2;
        Span<byte> state = stackalloc byte[1];
        socket.GetRawSocketOption(SOL_TCP, TCP_INFO, state);
        return state[0] == TCP_SYN_SENT;
    }
}
