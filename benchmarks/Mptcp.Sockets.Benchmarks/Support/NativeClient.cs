using System.ComponentModel;
using System.Net;
using System.Runtime.InteropServices;
using Mptcp.Sockets.Benchmarks.Interop;

namespace Mptcp.Sockets.Benchmarks.Support;

/// <summary>A client that uses only system calls: the limit of what is possible.</summary>
sealed unsafe class NativeClient : IDisposable
{
    readonly int _fd;

    NativeClient(int fd) => _fd = fd;

    internal static NativeClient Connect(IPEndPoint server, bool isMptcp)
    {
        int fd = Libc.socket(Libc.AF_INET, Libc.SOCK_STREAM | Libc.SOCK_CLOEXEC, isMptcp ? Libc.IPPROTO_MPTCP : 0);
        var address = server.Serialize();
        fixed (byte* bytes = address.Buffer.Span)
        {
            if (fd < 0 || Libc.connect(fd, bytes, (uint)address.Size) < 0)
                throw new Win32Exception(Marshal.GetLastSystemError());
        }

        return new NativeClient(fd);
    }

    internal void Send(ReadOnlySpan<byte> bytes)
    {
        fixed (byte* first = bytes)
        {
            for (nint sent = 0, n; sent < bytes.Length; sent += n)
            {
                if ((n = Libc.send(_fd, first + sent, (nuint)(bytes.Length - sent), Libc.MSG_NOSIGNAL)) < 0)
                    throw new Win32Exception(Marshal.GetLastSystemError());
            }
        }
    }

    internal void ReceiveOne()
    {
        byte one;
        if (Libc.recv(_fd, &one, 1, 0) != 1)
            throw new Win32Exception(Marshal.GetLastSystemError());
    }

    public void Dispose() => _ = Libc.close(_fd);
}
