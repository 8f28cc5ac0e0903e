using System.Net.Sockets;
using System.Runtime.InteropServices;
using static Mptcp.Sockets.Interop.LinuxConstants;
using static Mptcp.Sockets.Interop.NetlinkConstants;

namespace Mptcp.Sockets.Interop;

/// <summary>
/// A kernel socket that .NET does not know, or another descriptor of a socket that it knows. Closes its descriptor unless that was
/// released.
/// </summary>
sealed unsafe class NativeSocket : IDisposable
{
    int _fd;

    NativeSocket(int fd) => _fd = fd;

    internal int Fd => _fd;

    /// <summary>Opens a blocking, close-on-exec socket; on a refusal, returns null and the errno.</summary>
    internal static NativeSocket? TryOpen(AddressFamily family, int protocol, out int errno)
    {
        int domain = family == AddressFamily.InterNetworkV6 ? AF_INET6 : AF_INET;
        int fd = Libc.socket(domain, SOCK_STREAM | SOCK_CLOEXEC, protocol);
        errno = fd < 0 ? Marshal.GetLastPInvokeError() : 0;
        return fd < 0 ? null : new NativeSocket(fd);
    }

    /// <summary>Opens a netlink socket; returns null if the system refuses.</summary>
    internal static NativeSocket? TryOpenNetlink(int protocol)
    {
        int fd = Libc.socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, protocol);
        return fd < 0 ? null : new NativeSocket(fd);
    }

    internal static NativeSocket OpenTcp(AddressFamily family) => TryOpen(family, IPPROTO_TCP, out int errno) ?? throw Errno.ToException(errno);

    /// <summary>Returns another descriptor, close-on-exec, of a socket that somebody else holds.</summary>
    internal static NativeSocket Duplicate(int fd) => Own(Libc.fcntl(fd, F_DUPFD_CLOEXEC, 0));

    /// <inheritdoc cref="Duplicate(int)"/>
    internal static NativeSocket Duplicate(SafeHandle handle) => Own(Libc.fcntl(handle, F_DUPFD_CLOEXEC, 0));

    /// <summary>
    /// Makes the socket wait in the kernel, as .NET expects of a new socket. This affects every descriptor of the socket, even in other
    /// processes.
    /// </summary>
    internal void MakeBlocking()
    {
        int flags = Libc.fcntl(_fd, F_GETFL, 0);
        if (flags < 0 || Libc.fcntl(_fd, F_SETFL, flags & ~O_NONBLOCK) < 0)
            throw Errno.ToException(Marshal.GetLastPInvokeError());
    }

    /// <summary>
    /// Returns how many connections may wait to be accepted on a listening socket; null if the kernel does not report it.
    /// </summary>
    internal int? ReadBacklog()
    {
        Span<byte> info = stackalloc byte[KernelLayout.tcp_info.LengthRead];
        int length = GetOption(SOL_TCP, TCP_INFO, info);
        return length >= KernelLayout.tcp_info.tcpi_sacked + sizeof(int)
            ? MemoryMarshal.Read<int>(info[KernelLayout.tcp_info.tcpi_sacked..]) // sk_max_ack_backlog: tcp_get_info() in net/ipv4/tcp.c
            : null;
    }

    /// <summary>Returns the number of the network namespace, which is unique, unlike its inode; 0 before Linux 5.14.</summary>
    internal ulong ReadNetworkNamespace()
    {
        Span<byte> cookie = stackalloc byte[sizeof(ulong)];
        return GetOption(SOL_SOCKET, SO_NETNS_COOKIE, cookie) == cookie.Length ? MemoryMarshal.Read<ulong>(cookie) : 0;
    }

    /// <summary>Reads an option. Returns its length, or -1 if the kernel refuses.</summary>
    internal int GetOption(int level, int name, Span<byte> value)
    {
        uint length = (uint)value.Length;
        fixed (byte* bytes = value)
            return Libc.getsockopt(_fd, level, name, bytes, &length) < 0 ? -1 : (int)length;
    }

    /// <summary>Returns false if the kernel refuses the option or its value.</summary>
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

    /// <summary>Sends a datagram to the kernel.</summary>
    internal bool TrySend(ReadOnlySpan<byte> datagram)
    {
        fixed (byte* bytes = datagram)
            return Libc.send(_fd, bytes, (nuint)datagram.Length, 0) == datagram.Length;
    }

    /// <summary>Takes a datagram that has arrived. Returns its length, or -1 if there is none.</summary>
    internal int TryReceive(Span<byte> buffer)
    {
        fixed (byte* bytes = buffer)
            return (int)Libc.recv(_fd, bytes, (nuint)buffer.Length, MSG_DONTWAIT);
    }

    /// <summary>Moves the descriptor to a handle that closes it from now on.</summary>
    internal SafeSocketHandle Release()
    {
        var handle = new SafeSocketHandle(_fd, ownsHandle: true);
        _fd = -1;
        return handle;
    }

    static NativeSocket Own(int fd) => fd < 0 ? throw Errno.ToException(Marshal.GetLastPInvokeError()) : new NativeSocket(fd);

    public void Dispose()
    {
        if (_fd >= 0)
            _ = Libc.close(_fd); // Linux has freed the descriptor even where close reports an error: close(2)

        _fd = -1;
    }
}
