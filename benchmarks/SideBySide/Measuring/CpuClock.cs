using System.Diagnostics;
using System.Runtime.InteropServices;

namespace SideBySide.Measuring;

/// <summary>The processor time of a process, user and system, in nanoseconds. .NET has only clock ticks of 10 ms.</summary>
static partial class CpuClock
{
    internal static TimeSpan Read(Process process)
    {
        const int everything = 2; // CPUCLOCK_SCHED in linux/posix-timers.h, as clock_getcpuclockid(3) uses it
        int clock = (~process.Id << 3) | everything;
        return clock_gettime(clock, out Timespec time) == 0
            ? TimeSpan.FromSeconds(time.Seconds) + TimeSpan.FromMicroseconds(time.Nanoseconds / 1e3)
            : throw new BenchmarkException($"The processor time of process {process.Id} cannot be read: {Marshal.GetLastPInvokeErrorMessage()}.");
    }

    [LibraryImport("libc", SetLastError = true)]
    private static partial int clock_gettime(int clock, out Timespec time);

    [StructLayout(LayoutKind.Sequential)]
    struct Timespec
    {
        internal long Seconds;
        internal long Nanoseconds;
    }
}
