using System.Net.Sockets;
using Mptcp.Sockets.Interop;

namespace Mptcp.Sockets.Info;

/// <summary>Creates the exception that says why the kernel reports nothing about a connection.</summary>
static class NotReadable
{
    internal static NotSupportedException ToException(Socket socket) => new(Explain(socket));

    static string Explain(Socket socket)
    {
        if (socket.SocketType != SocketType.Stream || !Require.IsInternet(socket.AddressFamily))
            return $"Only MPTCP sockets have this information. This is a {socket.SocketType} socket of {socket.AddressFamily}.";

        if (!OperatingSystem.IsLinux())
            return "The socket uses TCP: this library has MPTCP sockets on Linux only.";

        return ConnectionState.Read(socket) switch
        {
            MptcpState.Tcp => "This is a TCP socket: it was created for TCP, or accepted from a client that uses TCP.",
            MptcpState.FellBack => "The connection fell back to TCP, because the peer or a middlebox does not support MPTCP. The kernel reports nothing about it.",
            _ => $"This kernel, Linux {Kernel.Version}, does not report this. Use Linux 5.16 or later.",
        };
    }
}
