using System.Net.Sockets;
using System.Runtime.InteropServices;
using static Mptcp.Sockets.Interop.LinuxConstants;

namespace Mptcp.Sockets.Interop;

/// <summary>A stream socket of the kernel that .NET does not know of yet. Closes its descriptor unless that was released.</summary>
sealed unsafe class NativeSocket : IDisposable
{
    int _fd;

    NativeSocket(int fd) => _fd = fd;

    internal int Fd => _fd;

    /// <summary>Opens a blocking, close-on-exec socket; on refusal, null and the errno.</summary>
    internal static NativeSocket? TryOpen(AddressFamily family, int protocol, out int errno)
    {
        int domain = family == AddressFamily.InterNetworkV6 ? AF_INET6 : AF_INET;
        int fd = Libc.socket(domain, SOCK_STREAM | SOCK_CLOEXEC, protocol);
        errno = fd < 0 ? Marshal.GetLastPInvokeError() : 0;
        return fd < 0 ? null : new NativeSocket(fd);
    }

    internal static NativeSocket OpenTcp(AddressFamily family) => TryOpen(family, IPPROTO_TCP, out int errno) ?? throw Errno.ToException(errno);

    /// <summary>Reads an option; its length, or -1 where the kernel has no answer.</summary>
    internal int GetOption(int level, int name, Span<byte> value)
    {
        uint length = (uint)value.Length;
        fixed (byte* bytes = value)
            return Libc.getsockopt(_fd, level, name, bytes, &length) < 0 ? -1 : (int)length;
    }

    /// <summary>False where the kernel refuses the option or its value.</summary>
    internal bool TrySetOption(int level, int name, ReadOnlySpan<byte> value)
    {
        fixed (byte* bytes = value)
            return Libc.setsockopt(_fd, level, name, bytes, (uint)value.Length) == 0;
    }

    internal void SetOption(int level, int name, int value)
    {
        if (!TrySetOption(level, name, MemoryMarshal.AsBytes(new ReadOnlySpan<int>(in value))))
            throw Errno.ToException(Marshal.GetLastPInvokeError());
    }

    /// <summary>Hands the descriptor to a handle that closes it from now on.</summary>
    internal SafeSocketHandle Release()
    {
        var handle = new SafeSocketHandle(_fd, ownsHandle: true);
        _fd = -1;
        return handle;
    }

    public void Dispose()
    {
        if (_fd >= 0)
            _ = Libc.close(_fd); // Linux has freed the descriptor even where close reports an error: close(2)

        _fd = -1;
    }
}
