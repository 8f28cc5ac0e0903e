using System.Reflection;
using System.Runtime.InteropServices;

namespace Mptcp.Faults.Witness;

/// <summary>The preloaded library, faults.c.</summary>
static partial class Fault
{
    const string Library = "faults";

    /// <summary>
    /// The errors of each function by its manual page, as errno numbers. EINTR is left out if the call has an effect although it fails.
    /// </summary>
    internal static readonly (string Call, int[] Errors)[] All =
    [
        ("socket", [Errno.EMFILE, Errno.ENFILE, Errno.ENOBUFS, Errno.ENOMEM, Errno.EACCES]),
        ("connect", [Errno.EADDRNOTAVAIL, Errno.ENETUNREACH, Errno.EPERM, Errno.ENOBUFS]),
        ("bind", [Errno.EADDRINUSE, Errno.EACCES, Errno.ENOMEM]),
        ("listen", [Errno.EADDRINUSE]),
        ("accept4", [Errno.EMFILE, Errno.ENFILE, Errno.ENOBUFS, Errno.ENOMEM, Errno.ECONNABORTED, Errno.EINTR]),
        ("dup3", [Errno.EBUSY, Errno.EBADF]), // not EPERM, after which this process wraps all its sockets
        ("fcntl", [Errno.EMFILE]),
        ("setsockopt", [Errno.ENOPROTOOPT, Errno.ENOMEM]),
        ("getsockopt", [Errno.ENOPROTOOPT]),
        ("getsockname", [Errno.ENOBUFS]),
        ("getpeername", [Errno.ENOBUFS, Errno.ENOTCONN]),
        ("poll", [Errno.ENOMEM, Errno.EINTR]),
        ("send", [Errno.ENOBUFS, Errno.ENOMEM]),
        ("sendto", [Errno.ENOBUFS, Errno.ENOMEM]),
        ("sendmsg", [Errno.ENOBUFS, Errno.ENOMEM]),
        ("recv", [Errno.ENOMEM, Errno.EINTR]),
        ("recvfrom", [Errno.ENOMEM, Errno.EINTR, Errno.ENOBUFS]),
        ("recvmsg", [Errno.ENOMEM, Errno.EINTR, Errno.ENOBUFS]),
        ("epoll_ctl", [Errno.ENOMEM, Errno.ENOSPC]),
        ("shutdown", [Errno.ENOTCONN]),
        ("open", [Errno.EMFILE, Errno.ENFILE, Errno.EACCES, Errno.ENOENT]),
        ("close", [Errno.EIO, Errno.EINTR]),
        ("getaddrinfo", [Errno.EAI_AGAIN, Errno.EAI_NONAME, Errno.EAI_FAIL, Errno.EAI_MEMORY]),
    ];

    [LibraryImport(Library, EntryPoint = "faults_arm", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial void Arm(string call, nint nth, int errno);

    /// <summary>True if a call has failed.</summary>
    [LibraryImport(Library, EntryPoint = "faults_disarm")]
    [return: MarshalAs(UnmanagedType.Bool)]
    internal static partial bool Disarm();

    /// <summary>How often it was called since <see cref="Arm"/>.</summary>
    [LibraryImport(Library, EntryPoint = "faults_count", StringMarshalling = StringMarshalling.Utf8)]
    internal static partial nint Count(string call);

    /// <summary>Makes calls of these assemblies to the C library fail, too. .NET looks for their functions in the C library itself, and not in preloaded ones.</summary>
    internal static void Resolve(params Assembly[] assemblies)
    {
        foreach (Assembly assembly in (Assembly[])[typeof(Fault).Assembly, .. assemblies])
        {
            NativeLibrary.SetDllImportResolver(
                assembly, static (name, _, _) => name is Library or "libc" ? NativeLibrary.Load(Environment.GetEnvironmentVariable("LD_PRELOAD")!) : 0);
        }
    }
}
