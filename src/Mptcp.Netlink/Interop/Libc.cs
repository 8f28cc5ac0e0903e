using System.Runtime.InteropServices;

namespace Mptcp.Netlink.Interop;

/// <summary>The calls to the C library that netlink needs in addition to those of Mptcp.Sockets. Linux only; each sets errno.</summary>
static unsafe partial class Libc
{
    const string Library = "libc"; // .NET finds glibc's and musl's under this name

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int setsockopt(SafeHandle fd, int level, int name, void* value, uint length);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int bind(SafeHandle fd, byte* address, uint addressLength);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial nint sendto(SafeHandle fd, byte* buffer, nuint length, int flags, byte* address, uint addressLength);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial nint recvfrom(SafeHandle fd, byte* buffer, nuint length, int flags, byte* address, uint* addressLength);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int ioctl(SafeHandle fd, nuint request, byte* argument);

    [LibraryImport(Library, SetLastError = true)]
    internal static partial int setns(SafeHandle fd, int type);
}
