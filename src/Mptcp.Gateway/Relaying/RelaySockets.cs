using System.Net;
using System.Net.Sockets;

namespace Mptcp.Gateway.Relaying;

/// <summary>What the sockets of relayed connections have in common.</summary>
static class RelaySockets
{
    /// <summary>With it, closing sends a reset; over MPTCP, a fast close.</summary>
    internal static LingerOption Reset { get; } = new(enable: true, seconds: 0);

    /// <summary>So that a connection whose other end has vanished comes to an end. Accepted sockets inherit it.</summary>
    internal static void KeepAlive(Socket socket) => socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, true);

    internal static void Close(Socket socket, bool reset)
    {
        try
        {
            if (reset)
                socket.LingerState = Reset;
        }
        finally
        {
            socket.Dispose();
        }
    }

    /// <summary>The remote end; <see langword="null"/> if it has gone already.</summary>
    internal static IPEndPoint? PeerOf(Socket socket)
    {
        try
        {
            return (IPEndPoint?)socket.RemoteEndPoint;
        }
        catch (SocketException)
        {
            return null;
        }
    }
}
