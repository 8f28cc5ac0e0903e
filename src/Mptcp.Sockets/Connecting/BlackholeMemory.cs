using System.Net;
using Mptcp.Sockets.Info;
using Mptcp.Sockets.Interop;

namespace Mptcp.Sockets.Connecting;

/// <summary>
/// Remembers where TCP was answered and Multipath TCP was not, so that the wait is paid for once. Expires as the kernel's own memory, which
/// is per network namespace, since Linux 6.12 only, and learns only from an attempt that it sees through: net/mptcp/ctrl.c.
/// </summary>
static class BlackholeMemory
{
    internal const int Capacity = 1024;

    static readonly TimeSpan s_defaultPeriod = TimeSpan.FromHours(1);
    static readonly Lock s_lock = new();
    static readonly Dictionary<IPEndPoint, Entry> s_known = [];
    static volatile bool s_isEmpty = true;

    internal static bool Contains(IPEndPoint target) => TimeUntilRetry(target) is not null;

    /// <summary>Null where Multipath TCP is tried at once. Nearly free while nothing is known.</summary>
    internal static TimeSpan? TimeUntilRetry(IPEndPoint target)
    {
        if (s_isEmpty)
            return null;

        lock (s_lock)
        {
            return s_known.TryGetValue(AsKey(target), out Entry entry) && entry.RetryAt - Environment.TickCount64 is var left and > 0
                ? TimeSpan.FromMilliseconds(left)
                : null;
        }
    }

    internal static MptcpBlackhole[] GetAll()
    {
        long now = Environment.TickCount64;
        lock (s_lock)
        {
            return [.. s_known
                .Where(known => known.Value.RetryAt > now)
                .Select(known => new MptcpBlackhole(
                    Key(known.Key), known.Value.Occurrences, TimeSpan.FromMilliseconds(known.Value.RetryAt - now)))];
        }
    }

    /// <summary>
    /// Says that Multipath TCP was unanswered for so long that TCP won. Null if another connect has found that out already, or the kernel's
    /// administrator has switched such memory off.
    /// </summary>
    internal static MptcpBlackhole? TryLearn(IPEndPoint target)
    {
        TimeSpan period = Sysctl.BlackholeTimeout ?? s_defaultPeriod;
        return period > TimeSpan.Zero ? TryAdd(target, period) : null;
    }

    internal static void Forget(IPEndPoint target)
    {
        if (s_isEmpty)
            return;

        lock (s_lock)
        {
            s_known.Remove(AsKey(target));
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

    internal static MptcpBlackhole? TryAdd(IPEndPoint target, TimeSpan period)
    {
        long now = Environment.TickCount64;
        IPEndPoint key = Key(target);
        lock (s_lock)
        {
            s_known.TryGetValue(key, out Entry before);
            if (before.RetryAt > now)
                return null;

            if (s_known.Count >= Capacity && before.Occurrences == 0)
                s_known.Remove(s_known.MinBy(known => known.Value.RetryAt).Key);

            TimeSpan retryIn = period * (1 << Math.Min(before.Occurrences, KernelsBlackhole.MostDoublings));
            s_known[key] = new Entry(before.Occurrences + 1, now + (long)retryIn.TotalMilliseconds);
            s_isEmpty = false;
            return new MptcpBlackhole(Key(key), before.Occurrences + 1, retryIn);
        }
    }

    /// <summary>To look up.</summary>
    static IPEndPoint AsKey(IPEndPoint target) => target.Address.IsIPv4MappedToIPv6 ? Key(target) : target;

    /// <summary>To keep; always a copy: end points can be changed, and keys must not be. An IPv4 address in IPv6 clothes is that IPv4 address.</summary>
    static IPEndPoint Key(IPEndPoint target) => Addresses.Target(target.Address, target.Port);

    readonly record struct Entry(int Occurrences, long RetryAt);
}
