using System.Net.Sockets;
using Mptcp.Sockets.Interop;
using static Mptcp.Sockets.Interop.LinuxConstants;

namespace Mptcp.Sockets.Creation;

/// <summary>
/// Options that the kernel itself changes once a socket connects: as they were before. Carried over from a used socket, they would hold the next one
/// to whatever came of the first attempt: a tiny segment size, a send buffer that no longer grows.
/// </summary>
readonly record struct ValuesBeforeConnect(int MaxSegment, int SendBuffer, int ReceiveBuffer)
{
    /// <summary>Through the handle, so that what this kernel does not know on this kind of socket (then 0) costs no exception.</summary>
    internal static ValuesBeforeConnect Read(Socket socket) => new(
        Read(socket.SafeHandle, SOL_TCP, TCP_MAXSEG), Read(socket.SafeHandle, SOL_SOCKET, SO_SNDBUF), Read(socket.SafeHandle, SOL_SOCKET, SO_RCVBUF));

    /// <summary>The value, 0 where there is none; null for every other option.</summary>
    internal int? Find(int level, int name) => (level, name) switch
    {
        (SOL_TCP, TCP_MAXSEG) => MaxSegment,
        (SOL_SOCKET, SO_SNDBUF) => SendBuffer,
        (SOL_SOCKET, SO_RCVBUF) => ReceiveBuffer,
        _ => null,
    };

    static int Read(SafeSocketHandle handle, int level, int name) => NativeOption.TryRead(handle, level, name, out int value) ? value : 0;
}
