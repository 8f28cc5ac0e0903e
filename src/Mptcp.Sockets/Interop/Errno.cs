using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Mptcp.Sockets.Interop;

/// <summary>Converts the kernel's error numbers to exceptions of .NET.</summary>
static class Errno
{
    /// <summary>Returns the exception that .NET itself would throw for this error of a native call.</summary>
    internal static SocketException ToException(int errno)
    {
        // SocketException has no constructor for an errno, but its parameterless one reads the last error of a P/Invoke.
        Marshal.SetLastPInvokeError(errno);
        return new SocketException();
    }
}
