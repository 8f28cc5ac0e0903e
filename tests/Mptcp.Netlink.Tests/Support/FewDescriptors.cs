using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Mptcp.Netlink.Tests.Support;

/// <summary>Takes all file descriptors of this process except some, until it is disposed. For tests that run alone.</summary>
sealed partial class FewDescriptors : IDisposable
{
    const int RLIMIT_NOFILE = 7;
    const ulong Most = 1024; // the limit of a shell; otherwise, there may be millions

    readonly ResourceLimit _before;
    readonly Stack<SafeFileHandle> _taken = new();

    internal FewDescriptors(int left)
    {
        GC.Collect();
        GC.WaitForPendingFinalizers(); // they would close descriptors meanwhile
        Check(getrlimit(RLIMIT_NOFILE, out _before));
        Set(_before with { Soft = Math.Min(_before.Soft, Most) });
        try
        {
            while (true)
                _taken.Push(File.OpenHandle("/dev/null"));
        }
        catch (IOException)
        {
            // That was the last one.
        }

        for (int i = 0; i < left; i++)
            _taken.Pop().Dispose();
    }

    public void Dispose()
    {
        while (_taken.TryPop(out SafeFileHandle? handle))
            handle.Dispose();

        Set(_before);
    }

    static void Set(ResourceLimit limit) => Check(setrlimit(RLIMIT_NOFILE, limit));

    static void Check(int result)
    {
        if (result != 0)
            throw new IOException(Marshal.GetLastPInvokeErrorMessage());
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int getrlimit(int resource, out ResourceLimit limit);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int setrlimit(int resource, in ResourceLimit limit);

    /// <summary>struct rlimit</summary>
    record struct ResourceLimit(ulong Soft, ulong Hard);
}
