using System.Net.Sockets;
using System.Runtime.InteropServices;
using static Mptcp.Sockets.Interop.LinuxConstants;

namespace Mptcp.Sockets.Info;

/// <summary>Reads the protocol of the kernel's socket, which .NET may not know.</summary>
static class SocketProtocol
{
    /// <summary><c>SO_PROTOCOL</c>: 6 for TCP, 262 for MPTCP. Linux only.</summary>
    internal static int Read(Socket socket) => ReadInt32(socket, SOL_SOCKET, SO_PROTOCOL);

    internal static bool IsMptcp(Socket socket) => OperatingSystem.IsLinux() && Read(socket) == IPPROTO_MPTCP;

    /// <summary>
    /// Returns false if asking <c>SOL_MPTCP</c> is useless. Asking needs the socket's handle, which is left alone (see below) while .NET may still connect
    /// the socket, unless the socket cannot be connected to a list of addresses anyway.
    /// </summary>
    internal static bool MayBeMptcp(Socket socket) => socket.Connected ? OperatingSystem.IsLinux() : IsMptcp(socket);

    internal static int ReadInt32(Socket socket, int level, int name)
    {
        int value = 0;
        // Does not use the handle: after that, .NET refuses to connect the socket to a list of addresses.
        socket.GetRawSocketOption(level, name, MemoryMarshal.AsBytes(new Span<int>(ref value)));
        return value;
    }
}
