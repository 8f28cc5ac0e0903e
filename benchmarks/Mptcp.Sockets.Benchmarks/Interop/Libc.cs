using System.Runtime.InteropServices;

namespace Mptcp.Sockets.Benchmarks.Interop;

/// <summary>System calls without .NET: the baseline of the comparisons, and the other end, which must not allocate.</summary>
static unsafe partial class Libc
{
    internal const int AF_INET = 2, SOCK_STREAM = 1, SOCK_CLOEXEC = 0x80000, IPPROTO_MPTCP = 262;
    internal const int SOL_TCP = 6, TCP_IS_MPTCP = 43, SOL_MPTCP = 284, MPTCP_INFO = 1, MPTCP_FULL_INFO = 4;
    internal const int MSG_NOSIGNAL = 0x4000;

    const string Library = "libc";

    [LibraryImport(Library)]
    internal static partial int socket(int domain, int type, int protocol);

    [LibraryImport(Library)]
    internal static partial int connect(int fd, byte* address, uint addressLength);

    [LibraryImport(Library)]
    internal static partial int accept4(int fd, byte* address, uint* addressLength, int flags);

    [LibraryImport(Library)]
    internal static partial nint send(int fd, byte* bytes, nuint count, int flags);

    [LibraryImport(Library)]
    internal static partial nint recv(int fd, byte* bytes, nuint count, int flags);

    [LibraryImport(Library)]
    internal static partial int getsockopt(int fd, int level, int name, byte* value, uint* length);

    [LibraryImport(Library)]
    internal static partial int close(int fd);
}
