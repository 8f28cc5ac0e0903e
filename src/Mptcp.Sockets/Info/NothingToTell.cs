using System.Net.Sockets;
using Mptcp.Sockets.Interop;

namespace Mptcp.Sockets.Info;

/// <summary>Why there is nothing to tell about a socket's connection.</summary>
static class NothingToTell
{
    internal static NotSupportedException About(Socket socket) => new(Explain(socket));

    static string Explain(Socket socket)
    {
        if (socket.SocketType != SocketType.Stream || !Require.IsInternet(socket.AddressFamily))
            return $"Only Multipath TCP sockets have this information; this is a {socket.SocketType} socket of {socket.AddressFamily}.";

        if (!OperatingSystem.IsLinux())
            return "Only Linux has Multipath TCP sockets for .NET; on this system, the socket is TCP.";

        return ConnectionState.Read(socket) switch
        {
            MptcpState.Tcp => "This is a TCP socket: it was made for TCP, or accepted from a client that speaks TCP.",
            MptcpState.FellBack => "The connection has fallen back to TCP, since the peer or a middlebox does not speak Multipath TCP; so there is nothing to tell.",
            _ => $"This kernel, Linux {Kernel.Version}, does not tell: the options for it came with Linux 5.16.",
        };
    }
}
