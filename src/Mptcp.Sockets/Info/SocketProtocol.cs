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
    /// Returns false if asking <c>SOL_MPTCP</c> is useless. Asking uses the handle of the socket (see below). So an unconnected TCP socket
    /// is not asked: .NET may still connect it to a list of addresses.
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
