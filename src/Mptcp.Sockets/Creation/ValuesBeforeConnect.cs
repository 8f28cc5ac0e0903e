using System.Net.Sockets;
using Mptcp.Sockets.Interop;
using static Mptcp.Sockets.Interop.LinuxConstants;

namespace Mptcp.Sockets.Creation;

/// <summary>
/// The values of the options that the kernel changes when a socket connects, from before the connect. A copy of the later values would
/// bind the next socket to the outcome of the first attempt: a tiny segment size, a send buffer that no longer grows.
/// </summary>
readonly record struct ValuesBeforeConnect(int MaxSegment, int SendBuffer, int ReceiveBuffer)
{
    /// <summary>
    /// Reads through the handle, so that an option that this kernel lacks on this kind of socket (then 0) costs no exception.
    /// </summary>
    internal static ValuesBeforeConnect Read(Socket socket) => new(
        Read(socket.SafeHandle, SOL_TCP, TCP_MAXSEG), Read(socket.SafeHandle, SOL_SOCKET, SO_SNDBUF), Read(socket.SafeHandle, SOL_SOCKET, SO_RCVBUF));

    /// <summary>Returns the value, or 0 if there is none; null for every other option.</summary>
    internal int? Find(int level, int name) => (level, name) switch
    {
        (SOL_TCP, TCP_MAXSEG) => MaxSegment,
        (SOL_SOCKET, SO_SNDBUF) => SendBuffer,
        (SOL_SOCKET, SO_RCVBUF) => ReceiveBuffer,
        _ => null,
    };

    static int Read(SafeSocketHandle handle, int level, int name) => NativeOption.TryRead(handle, level, name, out int value) ? value : 0;
}
