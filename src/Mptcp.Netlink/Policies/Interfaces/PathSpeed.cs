namespace Mptcp.Netlink.Policies.Interfaces;

/// <summary>Whether a path is too slow, told from one measurement after the other.</summary>
/// <param name="IsSlow">Whether it is.</param>
/// <param name="BytesAcked">How many bytes the peer had acknowledged: while none are, nothing is measured.</param>
/// <param name="Since">Since when it is slow, or has last been seen to be.</param>
/// <param name="Failures">How often it has been too slow, since it last was fast for good.</param>
readonly record struct PathSpeed(bool IsSlow, long BytesAcked, TimeSpan Since, int Failures)
{
    const int MostDoublings = 6;

    /// <summary>What it is after another measurement.</summary>
    /// <param name="rtt">The smoothed round-trip time; null where the kernel has none.</param>
    /// <param name="bytesAcked">How many bytes the peer has acknowledged.</param>
    /// <param name="now">When, since whatever moment.</param>
    /// <param name="options">The bounds.</param>
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
