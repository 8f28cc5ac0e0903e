using System.Net;
using System.Net.Sockets;

namespace Contestant;

/// <summary>The sockets of .NET: TCP, or MPTCP under 'mptcpize run'.</summary>
sealed class BclSockets : ISockets
{
    public async ValueTask<Socket> ConnectAsync(EndPoint server)
    {
        // HttpClient does the same for a name: a socket for both families.
        Socket socket = server is DnsEndPoint ? new(SocketType.Stream, ProtocolType.Tcp) : new(server.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(server, CancellationToken.None);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    public Socket Listen(IPEndPoint local)
    {
        var listener = new Socket(local.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(local);
        listener.Listen();
        return listener;
    }

    public void Configure(SocketsHttpHandler handler)
    {
    }

    public void Configure(IWebHostBuilder server)
    {
    }
}
