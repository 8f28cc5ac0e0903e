using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Mptcp.Sockets.Interop;

/// <summary>From the kernel's error numbers to .NET's.</summary>
static class Errno
{
    /// <summary>The exception that .NET itself would have thrown for this error of a native call.</summary>
    internal static SocketException ToException(int errno)
    {
        // SocketException has no constructor for an errno, but its parameterless one reads the last error of a P/Invoke.
        Marshal.SetLastPInvokeError(errno);
        return new SocketException();
    }
}
