using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Mptcp.Lab.Interop;

static partial class Libc
{
    internal const int CLONE_NEWNET = 0x40000000; // linux/sched.h
    internal const int O_RDONLY_CLOEXEC = 0x80000; // asm-generic/fcntl.h

    internal const int IF_NAMESIZE = 16; // net/if.h

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int unshare(int flags);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int setns(SafeFileHandle fd, int type);

    [LibraryImport("libc", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial SafeFileHandle open(string path, int flags);

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial uint if_nametoindex(string name);

    [LibraryImport("libc")]
    internal static unsafe partial byte* if_indextoname(uint index, byte* name);
}
