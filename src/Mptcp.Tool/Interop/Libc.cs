using System.Runtime.InteropServices;

namespace Mptcp.Tool.Interop;

static partial class Libc
{
    internal const int EINTR = 4, EAGAIN = 11, EPIPE = 32;
    internal const int SIGPIPE = 13;
    internal const nint SIG_DFL = 0;
    internal const short POLLOUT = 4;

    [LibraryImport("libc", SetLastError = true)]
    internal static unsafe partial nint write(int fd, byte* buffer, nuint count);

    [LibraryImport("libc", SetLastError = true)]
    internal static partial int poll(ref PollDescriptor descriptors, nuint count, int timeout);

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8, SetLastError = true)]
    internal static partial int execve(string path, string?[] arguments, string?[] environment);

    [LibraryImport("libc")]
    internal static partial nint signal(int number, nint handler);

    internal struct PollDescriptor
    {
        internal int fd;
        internal short events, revents;
    }
}
