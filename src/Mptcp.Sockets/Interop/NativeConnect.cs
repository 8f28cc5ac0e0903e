using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using static Mptcp.Sockets.Interop.LinuxConstants;

namespace Mptcp.Sockets.Interop;

/// <summary>Calls connect(2) without .NET. Linux only.</summary>
static unsafe class NativeConnect
{
    /// <summary>
    /// Begins to connect a non-blocking socket. Returns true if the connect is under way, false if the socket is connected already.
    /// </summary>
    internal static bool Begin(SafeSocketHandle handle, SocketAddress address) => Connect(handle, address.Buffer.Span[..address.Size]) switch
    {
        0 => false,
        EINPROGRESS => true,
        var errno => throw Errno.ToException(errno),
    };

    /// <summary>
    /// Ends a connection or a connect; the socket can then be used anew. If the kernel refuses, or the socket is closed, nothing changes.
    /// </summary>
    internal static void Undo(SafeSocketHandle handle)
    {
        const int sockaddrLength = 16;
        try
        {
            Connect(handle, stackalloc byte[sockaddrLength]); // all zero: family AF_UNSPEC
        }
        catch (ObjectDisposedException)
        {
            // The socket is closed, which has ended the connect.
        }
    }

    /// <summary>Returns whether a connect has succeeded or failed. Asking does not consume the outcome.</summary>
    internal static bool IsDecided(SafeSocketHandle handle)
    {
        bool isHeld = false;
        handle.DangerousAddRef(ref isHeld); // poll takes a bare descriptor
        try
        {
            var fd = new Libc.PollFd { Fd = (int)handle.DangerousGetHandle(), Events = POLLOUT };
            return Libc.poll(&fd, 1, timeoutMilliseconds: 0) > 0;
        }
        finally
        {
            handle.DangerousRelease();
        }
    }

    /// <summary>Returns 0 or the errno.</summary>
    static int Connect(SafeSocketHandle handle, ReadOnlySpan<byte> address)
    {
        fixed (byte* bytes = address)
            return Libc.connect(handle, bytes, (uint)address.Length) == 0 ? 0 : Marshal.GetLastPInvokeError();
    }
}
