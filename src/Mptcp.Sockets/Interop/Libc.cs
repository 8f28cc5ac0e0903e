using System.Runtime.InteropServices;

namespace Mptcp.Sockets.Interop;

/// <summary>The calls to the C library for which .NET has no public API. Linux only; each sets errno.</summary>
static unsafe partial class Libc
{
    const string Library = "libc"; // .NET finds glibc's and musl's under this name

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int socket(int domain, int type, int protocol);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int close(int fd);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int dup3(int oldFd, SafeHandle newFd, int flags);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int connect(SafeHandle fd, byte* address, uint addressLength);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial nint send(int fd, byte* bytes, nuint length, int flags);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial nint recv(int fd, byte* bytes, nuint length, int flags);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int getsockname(SafeHandle fd, byte* address, uint* addressLength);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int getpeername(SafeHandle fd, byte* address, uint* addressLength);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int poll(PollFd* fds, nuint count, int timeoutMilliseconds);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int fcntl(SafeHandle fd, int command, int argument);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int fcntl(int fd, int command, int argument);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int getsockopt(int fd, int level, int name, byte* value, uint* length);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int getsockopt(SafeHandle fd, int level, int name, byte* value, uint* length);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int setsockopt(int fd, int level, int name, byte* value, uint length);

    /// <summary><c>struct pollfd</c> of poll.h.</summary>
    [StructLayout(LayoutKind.Sequential)]
    internal struct PollFd
    {
        internal int Fd;
        internal short Events;
        internal short ReturnedEvents;
    }
}
