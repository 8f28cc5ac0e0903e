using Mptcp.Sockets.Connecting;
using Mptcp.Sockets.Interop;

namespace Mptcp.Sockets.Explaining;

/// <summary>
/// Estimates the kernel's own memory of a path that drops MPTCP, which the kernel does not report: net/mptcp/ctrl.c. There is one memory
/// for the whole network namespace. It begins when a connect meets such a path, and lasts as long as the sysctl says, twice as long each
/// further time. It ends with the first connect that is answered with MPTCP.
/// </summary>
static class KernelsBlackhole
{
    /// <summary>
    /// Returns the longest time until the kernel tries MPTCP again. The kernel does not report when its memory began, nor how often it was
    /// renewed. Null if the kernel has no such memory, or if it never began.
    /// </summary>
    internal static TimeSpan? LongestLeft(MptcpCounters counters) =>
        counters.Blackholes is { } times and > 0 && Sysctl.BlackholeTimeout is { } period && period > TimeSpan.Zero
            ? period * (1 << (int)Math.Min(times - 1, BlackholeMemory.MostDoublings))
            : null;
}
