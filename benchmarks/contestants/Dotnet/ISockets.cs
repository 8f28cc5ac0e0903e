using System.Net;
using System.Net.Sockets;

namespace Contestant;

/// <summary>The differences between the sockets of .NET and those of this library.</summary>
interface ISockets
{
    ValueTask<Socket> ConnectAsync(EndPoint server);

    Socket Listen(IPEndPoint local);

    void Configure(SocketsHttpHandler handler);

    void Configure(IWebHostBuilder server);
}
