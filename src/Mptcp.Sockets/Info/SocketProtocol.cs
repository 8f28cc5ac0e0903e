using System.Net.Sockets;
using System.Runtime.InteropServices;
using static Mptcp.Sockets.Interop.LinuxConstants;

namespace Mptcp.Sockets.Info;

/// <summary>What the kernel's socket is, whatever .NET takes it for.</summary>
static class SocketProtocol
{
    /// <summary><c>SO_PROTOCOL</c>: 6 for TCP, 262 for Multipath TCP. Linux only.</summary>
    internal static int Read(Socket socket) => ReadInt32(socket, SOL_SOCKET, SO_PROTOCOL);

    internal static bool IsMptcp(Socket socket) => OperatingSystem.IsLinux() && Read(socket) == IPPROTO_MPTCP;

    /// <summary>
    /// False where asking <c>SOL_MPTCP</c> is useless. For that, a socket's handle is needed, and that is let alone (see below) where .NET may still connect the
    /// socket, unless it is one that cannot be connected to a list of addresses anyway.
    /// </summary>
    internal static bool MayBeMptcp(Socket socket) => socket.Connected ? OperatingSystem.IsLinux() : IsMptcp(socket);

    internal static int ReadInt32(Socket socket, int level, int name)
    {
        int value = 0;
        // Not through the handle: asking a socket for it makes .NET give up on connecting that socket to a list of addresses.
        socket.GetRawSocketOption(level, name, MemoryMarshal.AsBytes(new Span<int>(ref value)));
        return value;
    }
}
