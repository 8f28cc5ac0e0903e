using System.Net.Sockets;

namespace Mptcp.Sockets.Interop;

/// <summary>Calls getsockopt(2) without .NET, so that a refusal costs no exception. Linux only.</summary>
static unsafe class NativeOption
{
    /// <summary>Reads a number; returns false if the kernel refuses the option.</summary>
    internal static bool TryRead(SafeSocketHandle handle, int level, int name, out int value)
    {
        int read = 0;
        uint length = sizeof(int);
        bool isAnswered = Libc.getsockopt(handle, level, name, (byte*)&read, &length) == 0;
        value = read;
        return isAnswered;
    }

    /// <summary>
    /// As <see cref="TryRead(SafeSocketHandle, int, int, out int)"/>, for a descriptor that .NET does not know. Leaves the errno as the
    /// last error.
    /// </summary>
    internal static bool TryRead(int fd, int level, int name, out int value)
    {
        int read = 0;
        uint length = sizeof(int);
        bool isAnswered = Libc.getsockopt(fd, level, name, (byte*)&read, &length) == 0;
        value = read;
        return isAnswered;
    }

    /// <summary>
    /// Reads bytes, as many as fit, and returns their number; false if the kernel refuses the option. The kernel receives the content of
    /// the buffer, too.
    /// </summary>
    internal static bool TryRead(SafeSocketHandle handle, int level, int name, Span<byte> value, out int length)
    {
        uint read = (uint)value.Length;
        fixed (byte* bytes = value)
        {
            bool isAnswered = Libc.getsockopt(handle, level, name, bytes, &read) == 0;
            length = isAnswered ? (int)Math.Min(read, (uint)value.Length) : 0;
            return isAnswered;
        }
    }
}
