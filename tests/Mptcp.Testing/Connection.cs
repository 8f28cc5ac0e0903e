using System.Net.Sockets;

namespace Mptcp.Testing;

/// <summary>Both ends of a connection, and its listener, without which no further subflow could join.</summary>
sealed record Connection(Socket Listener, Socket Client, Socket Server) : IDisposable
{
    /// <summary>Starts a transfer from one end to the other.</summary>
    internal Transfer Start(bool toServer) => toServer ? Transfer.Start(Client, Server, isOverNewPaths: true) : Transfer.Start(Server, Client);

    /// <summary>
    /// Sends this many bytes in each direction, and waits until all were acknowledged, so that the connection is quiet. Needs a kernel
    /// that reports connections.
    /// </summary>
    internal async Task ExchangeAsync(int toServer, int toClient)
    {
        foreach ((Socket from, Socket to, int count) in new[] { (Client, Server, toServer), (Server, Client, toClient) })
        {
            Task sending = from.SendAllAsync(Peers.RandomBytes(count));
            await to.ReceiveExactlyAsync(count);
            await sending;
        }

        await Eventually.TrueAsync(() => IsQuiet(Client) && IsQuiet(Server), "everything is acknowledged");

        static bool IsQuiet(Socket socket) => socket.GetMptcpInfo() is var info && info.SendUnacknowledged == info.WriteSequence;
    }

    internal void ShouldBothBe(MptcpState state)
    {
        Client.GetMptcpState().Should().Be(state);
        Server.GetMptcpState().Should().Be(state);
    }

    public void Dispose()
    {
        Listener.Dispose();
        Client.Dispose();
        Server.Dispose();
    }
}
