using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Mptcp.Sockets.Interop;
using Mptcp.Sockets.Telemetry;

namespace Mptcp.Sockets.Connecting;

/// <summary>
/// Remembers where TCP was answered and Multipath TCP was not, so that the wait is paid for once. Expires as the kernel's own memory, which
/// is per network namespace, since Linux 6.12 only, and learns only from an attempt that it sees through: net/mptcp/ctrl.c.
/// </summary>
static class BlackholeMemory
{
    internal const int Capacity = 1024;

    /// <summary>The kernel doubles the period up to this many times: <c>mptcp_active_should_disable</c>.</summary>
    const int MostDoublings = 6;

    static readonly TimeSpan s_defaultPeriod = TimeSpan.FromHours(1);
    static readonly Lock s_lock = new();
    static readonly Dictionary<IPEndPoint, Entry> s_known = [];
    static volatile bool s_isEmpty = true;

    /// <summary>Nearly free while nothing is known.</summary>
    internal static bool Contains(IPEndPoint target)
    {
        if (s_isEmpty)
            return false;

        lock (s_lock)
            return s_known.TryGetValue(target, out Entry entry) && entry.RetryAt > Environment.TickCount64;
    }

    internal static MptcpBlackhole[] GetAll()
    {
        long now = Environment.TickCount64;
        lock (s_lock)
        {
            return [.. s_known
                .Where(known => known.Value.RetryAt > now)
                .Select(known => new MptcpBlackhole(known.Key, known.Value.Occurrences, TimeSpan.FromMilliseconds(known.Value.RetryAt - now)))];
        }
    }

    /// <summary>Says that Multipath TCP was unanswered for so long that TCP won. True if the attempt's socket was taken over, to see it through.</summary>
    internal static bool TryLearn(IPEndPoint target, Socket unanswered, ILogger logger)
    {
        TimeSpan period = Sysctl.BlackholeTimeout ?? s_defaultPeriod;
        if (period <= TimeSpan.Zero || !Add(target, period, out TimeSpan retryIn))
            return false;

        Log.Blackhole(logger, target, retryIn);
        return LateAnswer.TryAwait(target, unanswered, logger);
    }

    internal static void Forget(IPEndPoint target)
    {
        if (s_isEmpty)
            return;

        lock (s_lock)
        {
            s_known.Remove(target);
            s_isEmpty = s_known.Count == 0;
        }
    }

    internal static void Clear()
    {
        lock (s_lock)
        {
            s_known.Clear();
            s_isEmpty = true;
        }
    }

    /// <summary>False if another connect has found it out already.</summary>
    internal static bool Add(IPEndPoint target, TimeSpan period, out TimeSpan retryIn)
    {
        long now = Environment.TickCount64;
        lock (s_lock)
        {
            s_known.TryGetValue(target, out Entry before);
            retryIn = period * (1 << Math.Min(before.Occurrences, MostDoublings));
            if (before.RetryAt > now)
                return false;

            if (s_known.Count >= Capacity && before.Occurrences == 0)
                s_known.Remove(s_known.MinBy(known => known.Value.RetryAt).Key);

            // A copy: the caller may change its end point, and what a key is must not change.
            s_known[new IPEndPoint(target.Address, target.Port)] = new Entry(before.Occurrences + 1, now + (long)retryIn.TotalMilliseconds);
            s_isEmpty = false;
            return true;
        }
    }

    readonly record struct Entry(int Occurrences, long RetryAt);
}
