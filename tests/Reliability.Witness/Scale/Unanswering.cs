using System.Net;
using System.Net.Sockets;

namespace Reliability.Scale;

/// <summary>An address that answers no SYN: a listener with a full backlog drops them.</summary>
sealed record Unanswering(Socket Listener, Socket Filler) : IDisposable
{
    internal IPEndPoint EndPoint => (IPEndPoint)Listener.LocalEndPoint!;

    internal static Unanswering Create()
    {
        var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(0);
        var filler = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        filler.Connect(listener.LocalEndPoint!);
        return new Unanswering(listener, filler);
    }

    public void Dispose()
    {
        Filler.Dispose();
        Listener.Dispose();
    }
}
