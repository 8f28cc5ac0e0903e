namespace Mptcp.Netlink.Policies.Interfaces;

/// <summary>Says whether a path is too slow, from successive measurements.</summary>
/// <param name="IsSlow">Whether the path is too slow.</param>
/// <param name="BytesAcked">The number of bytes that the peer had acknowledged. If it does not grow, there is no measurement.</param>
/// <param name="Since">The time since which the path is slow, or when it was last seen slow.</param>
/// <param name="Failures">How many times the path became too slow since it was last fast for long.</param>
readonly record struct PathSpeed(bool IsSlow, long BytesAcked, TimeSpan Since, int Failures)
{
    const int MostDoublings = 6;

    /// <summary>Returns the state after another measurement.</summary>
    /// <param name="rtt">The smoothed round-trip time; null if the kernel has none.</param>
    /// <param name="bytesAcked">The number of bytes that the peer has acknowledged.</param>
    /// <param name="now">The time, from any starting point.</param>
    /// <param name="options">The options.</param>
    internal PathSpeed Next(TimeSpan? rtt, long bytesAcked, TimeSpan now, MptcpInterfacesPolicyOptions options)
    {
        bool isFresh = bytesAcked != BytesAcked && rtt is not null;
        PathSpeed next = this with { BytesAcked = bytesAcked };
        if (!IsSlow)
        {
            return isFresh && rtt > options.SlowAbove
                ? next with { IsSlow = true, Since = now, Failures = Failures + 1 }
                : isFresh && rtt <= options.RecoveredBelow ? next with { Failures = 0 } : next;
        }

        if (isFresh)
            return rtt <= options.RecoveredBelow ? next with { IsSlow = false, Failures = 0 } : next with { Since = now };

        TimeSpan patience = options.RetryAfter * (1 << Math.Clamp(Failures - 1, 0, MostDoublings));
        return now - Since >= patience ? next with { IsSlow = false } : next;
    }
}
