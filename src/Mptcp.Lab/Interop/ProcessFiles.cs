using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Mptcp.Lab.Interop;

/// <summary>Reads files under /proc without exceptions: most processes belong to other users, or end during the read.</summary>
static unsafe class ProcessFiles
{
    const int LongestTarget = 256, BufferSize = 8 * 1024;

    /// <returns><c>null</c> if the process has ended, or belongs to another user.</returns>
    internal static byte[]? Read(string path)
    {
        using SafeFileHandle file = Libc.open(path, Libc.O_RDONLY_CLOEXEC);
        if (file.IsInvalid)
            return null;

        byte[] buffer = new byte[BufferSize];
        int length = 0;
        while (true)
        {
            nint count;
            fixed (byte* rest = &buffer[length])
                count = Libc.read(file, rest, (nuint)(buffer.Length - length));

            if (count < 0)
                return null;

            length += (int)count;
            if (count == 0)
                return buffer[..length];

            if (length == buffer.Length)
                Array.Resize(ref buffer, 2 * length);
        }
    }

    /// <inheritdoc cref="Read"/>
    internal static string? ReadLink(string path)
    {
        byte* target = stackalloc byte[LongestTarget];
        nint length = Libc.readlink(path, target, LongestTarget);
        return length is > 0 and < LongestTarget ? Encoding.UTF8.GetString(target, (int)length) : null;
    }
}
