using System.Net;
using System.Net.Sockets;

namespace Mptcp.Gateway.Relaying;

/// <summary>Sets options of the sockets of relayed connections.</summary>
static class RelaySockets
{
    /// <summary>Gets the option with which closing sends a reset; over MPTCP, a fast close.</summary>
    internal static LingerOption Reset { get; } = new(enable: true, seconds: 0);

    /// <summary>Turns keep-alives on, so that a connection ends if its peer has vanished. Accepted sockets inherit the option.</summary>
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

    /// <summary>Returns whether the connection has an error. <see cref="SelectMode.SelectError"/> also finds urgent data, which is none.</summary>
    internal static bool HasFailed(Socket socket) => socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Error) is not 0;

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
