using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using System.Text;

namespace Mptcp.Sockets.Tests.Support;

/// <summary>
/// Runs code on a thread in a network namespace of its own, with loopback up. Sockets made there belong to it and can be used anywhere; child
/// processes started there live in it. It is gone when the last of them is.
/// </summary>
static partial class NetworkNamespace
{
    const int CLONE_NEWNET = 0x40000000;

    /// <summary>Runs <paramref name="body"/> to its end. It must not await: a continuation would leave the thread.</summary>
    internal static void Run(Action body, bool mptcpEnabled = true)
    {
        Needs.Mptcp();
        Needs.Lab();
        Exception? error = null;
        var thread = new Thread(() =>
        {
            try
            {
                Enter();
                if (!mptcpEnabled)
                    Sysctl("net.mptcp.enabled", "0");

                body();
            }
            catch (Exception e)
            {
                error = e;
            }
        });
        thread.Start();
        thread.Join();
        if (error is not null)
            ExceptionDispatchInfo.Throw(error);
    }

    internal static T Run<T>(Func<T> body, bool mptcpEnabled = true)
    {
        T result = default!;
        Run(() => { result = body(); }, mptcpEnabled);
        return result;
    }

    /// <summary>Sets a kernel setting of the calling thread's namespace.</summary>
    internal static void Sysctl(string name, string value) => File.WriteAllText($"/proc/sys/{name.Replace('.', '/')}", value);

    /// <summary>Why this process cannot make one; null if it can.</summary>
    internal static string? FindProblem()
    {
        if (!OperatingSystem.IsLinux())
            return "not on Linux";

        string? problem = null;
        var thread = new Thread(() =>
        {
            try
            {
                Enter();
            }
            catch (InvalidOperationException e)
            {
                problem = e.Message;
            }
        });
        thread.Start();
        thread.Join();
        return problem;
    }

    static void Enter()
    {
        Check(unshare(CLONE_NEWNET), "unshare");
        BringLoopbackUp();
    }

    static unsafe void BringLoopbackUp()
    {
        const int AF_INET = 2, SOCK_DGRAM = 2, SIOCSIFFLAGS = 0x8914, IFF_UP = 1;
        int fd = Check(socket(AF_INET, SOCK_DGRAM, 0), "socket");
        byte* request = stackalloc byte[40]; // struct ifreq: name[16], then the flags
        new Span<byte>(request, 40).Clear();
        Encoding.ASCII.GetBytes("lo").CopyTo(new Span<byte>(request, 16));
        *(short*)(request + 16) = IFF_UP;
        Check(ioctl(fd, SIOCSIFFLAGS, request), "bringing lo up");
        Check(close(fd), "close");
    }

    static int Check(int result, string what) =>
        result >= 0 ? result : throw new InvalidOperationException($"{what}: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())}");

    [LibraryImport("libc", SetLastError = true)]
    private static partial int unshare(int flags);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int socket(int domain, int type, int protocol);

    [LibraryImport("libc", SetLastError = true)]
    private static unsafe partial int ioctl(int fd, nuint request, byte* argument);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int close(int fd);
}
