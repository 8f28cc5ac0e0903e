using System.Net.Sockets;

namespace Mptcp.Sockets.Interop;

/// <summary>getsockopt(2) behind .NET's back, where a refusal is an answer and must not cost an exception. Linux only.</summary>
static unsafe class NativeOption
{
    /// <summary>Reads a number; false where the kernel refuses the option.</summary>
    internal static bool TryRead(SafeSocketHandle handle, int level, int name, out int value)
    {
        int read = 0;
        uint length = sizeof(int);
        bool isAnswered = Libc.getsockopt(handle, level, name, (byte*)&read, &length) == 0;
        value = read;
        return isAnswered;
    }
}
