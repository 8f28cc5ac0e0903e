using System.Net.Sockets;

namespace Mptcp.Sockets.Tests.Support;

/// <summary>Both ends of a connection, and the listener that it came from: without that, no further subflow could join.</summary>
sealed record Connection(Socket Listener, Socket Client, Socket Server) : IDisposable
{
    /// <summary>Bytes from one end to the other, or the other way round.</summary>
    internal Transfer Start(bool toServer) => toServer ? Transfer.Start(Client, Server) : Transfer.Start(Server, Client);

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
