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

    /// <summary>As <see cref="TryRead(SafeSocketHandle, int, int, out int)"/>, of a descriptor that .NET does not know of; leaves the errno as the last error.</summary>
    internal static bool TryRead(int fd, int level, int name, out int value)
    {
        int read = 0;
        uint length = sizeof(int);
        bool isAnswered = Libc.getsockopt(fd, level, name, (byte*)&read, &length) == 0;
        value = read;
        return isAnswered;
    }

    /// <summary>Reads bytes, as many as fit, and says how many; false where the kernel refuses the option. Their content is given to the kernel, too.</summary>
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
