using System.Net;
using System.Net.Sockets;

namespace Mptcp.Gateway.Tests.Support;

/// <summary>A gateway, and both ends of a connection through it.</summary>
sealed class Relayed : IAsyncDisposable
{
    Relayed(GatewayProcess gateway, IPEndPoint endPoint, Socket listener, Socket client, Socket server) =>
        (Gateway, EndPoint, Listener, Client, Server) = (gateway, endPoint, listener, client, server);

    internal GatewayProcess Gateway { get; }

    /// <summary>Gets the address on which the gateway listens.</summary>
    internal IPEndPoint EndPoint { get; }

    internal Socket Listener { get; }

    internal Socket Client { get; }

    internal Socket Server { get; }

    internal static async Task<Relayed> StartAsync(bool mptcpClient = false, bool mptcpServer = false, params string[] settings)
    {
        Needs.Mptcp();
        Socket listener = MptcpSocket.Listen(Peers.AnyPort(AddressFamily.InterNetwork));
        (GatewayProcess gateway, IPEndPoint endPoint) = await GatewayProcess.StartAsync(
            [$"web:Listen={Protocol(mptcpClient)}@127.0.0.1:0", $"web:Connect={Protocol(mptcpServer)}@{listener.EndPoint()}", .. settings]);
        Socket client = await ConnectAsync(endPoint, mptcpClient);
        Socket server = await listener.AcceptAsync().WaitAsync(Limit.OfAWait);
        client.GetMptcpState().Should().Be(mptcpClient ? MptcpState.Mptcp : MptcpState.Tcp);
        server.GetMptcpState().Should().Be(mptcpServer ? MptcpState.Mptcp : MptcpState.Tcp);
        return new Relayed(gateway, endPoint, listener, client, server);
    }

    internal static ValueTask<Socket> ConnectAsync(IPEndPoint endPoint, bool mptcp = false) =>
        MptcpSocket.ConnectAsync(endPoint, new MptcpConnectOptions { Mode = mptcp ? MptcpMode.Required : MptcpMode.Disabled });

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        Server.Dispose();
        Listener.Dispose();
        await Gateway.DisposeAsync();
    }

    internal static string Protocol(bool isMptcp) => isMptcp ? "mptcp" : "tcp";
}
