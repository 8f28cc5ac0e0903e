using System.Net.Sockets;
using Mptcp.Sockets.Interop;
using static Mptcp.Sockets.Interop.KernelLayout;
using static Mptcp.Sockets.Interop.LinuxConstants;

namespace Mptcp.Sockets.Info;

/// <summary>Asks the kernel about a connection. One system call if .NET knows that the socket is connected; otherwise, two.</summary>
static class InfoReader
{
    /// <summary>See <see cref="InfoParser.Parse"/>.</summary>
    internal static bool HasEndpointKinds { get; } = OperatingSystem.IsLinux() && Kernel.Version >= new Version(6, 18);

    /// <summary>Returns false if the socket does not use MPTCP, or if the kernel reports nothing.</summary>
    internal static bool TryRead(Socket socket, out MptcpInfo info)
    {
        Span<byte> bytes = stackalloc byte[mptcp_info.Size];
        info = default;
        if (!SocketProtocol.MayBeMptcp(socket) || !NativeOption.TryRead(socket.SafeHandle, SOL_MPTCP, MPTCP_INFO, bytes, out int length))
            return false;

        info = InfoParser.Parse(bytes[..length], HasEndpointKinds);
        return true;
    }
}
