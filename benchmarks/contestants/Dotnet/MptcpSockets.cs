using System.Net;
using System.Net.Sockets;
using Mptcp.Sockets;

namespace Contestant;

/// <summary>The sockets of this library.</summary>
sealed class MptcpSockets : ISockets
{
    public ValueTask<Socket> ConnectAsync(EndPoint server) => MptcpSocket.ConnectAsync(server);

    public Socket Listen(IPEndPoint local) => MptcpSocket.Listen(local);

    public void Configure(SocketsHttpHandler handler) => handler.UseMptcp();

    public void Configure(IWebHostBuilder server) => server.UseMptcp();
}
