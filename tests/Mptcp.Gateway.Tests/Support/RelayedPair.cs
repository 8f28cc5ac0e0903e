using System.Net;
using System.Net.Sockets;

namespace Mptcp.Gateway.Tests.Support;

/// <summary>Both ends of a connection through a gateway.</summary>
sealed class RelayedPair(Socket client, Socket server) : IAsyncDisposable
{
    internal Socket Client => client;

    internal Socket Server => server;

    internal static async Task<RelayedPair> ConnectAsync(IPEndPoint gateway, Socket listener)
    {
        Socket client = await MptcpSocket.ConnectAsync(gateway, new MptcpConnectOptions { Mode = MptcpMode.Disabled });
        return new RelayedPair(client, await listener.AcceptAsync().WaitAsync(Limit.OfAWait));
    }

    /// <summary>Sends something both ways.</summary>
    internal async Task ExchangeAsync()
    {
        byte[] question = Peers.RandomBytes(100), answer = Peers.RandomBytes(100);
        await client.SendAllAsync(question);
        (await server.ReceiveExactlyAsync(question.Length).WaitAsync(Limit.OfAWait)).Should().Equal(question);
        await server.SendAllAsync(answer);
        (await client.ReceiveExactlyAsync(answer.Length).WaitAsync(Limit.OfAWait)).Should().Equal(answer);
    }

    public ValueTask DisposeAsync()
    {
        client.Dispose();
        server.Dispose();
        return ValueTask.CompletedTask;
    }
}
