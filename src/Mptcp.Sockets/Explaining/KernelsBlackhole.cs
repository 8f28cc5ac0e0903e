using Mptcp.Sockets.Connecting;
using Mptcp.Sockets.Interop;

namespace Mptcp.Sockets.Explaining;

/// <summary>
/// What can be known of the kernel's own memory of a path that drops Multipath TCP, which it tells nobody: net/mptcp/ctrl.c. It is one for the whole network
/// namespace, begins when a connect has run into such a path, lasts as long as the sysctl says, twice as long each further time, and ends with the first connect that
/// is answered with Multipath TCP.
/// </summary>
static class KernelsBlackhole
{
    /// <summary>
    /// After what time it tries Multipath TCP again, at the latest: since when it does not, and how often it has begun anew meanwhile, it does not tell. Null where it keeps
    /// no such memory, or has not begun one.
    /// </summary>
    internal static TimeSpan? LongestLeft(MptcpCounters counters) =>
        counters.Blackholes is { } times and > 0 && Sysctl.BlackholeTimeout is { } period && period > TimeSpan.Zero
            ? period * (1 << (int)Math.Min(times - 1, BlackholeMemory.MostDoublings))
            : null;
}
