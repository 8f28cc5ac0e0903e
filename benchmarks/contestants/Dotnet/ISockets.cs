using System.Net;
using System.Net.Sockets;

namespace Contestant;

/// <summary>All that differs between .NET's own sockets and this library's.</summary>
interface ISockets
{
    ValueTask<Socket> ConnectAsync(EndPoint server);

    Socket Listen(IPEndPoint local);

    void Configure(SocketsHttpHandler handler);

    void Configure(IWebHostBuilder server);
}
