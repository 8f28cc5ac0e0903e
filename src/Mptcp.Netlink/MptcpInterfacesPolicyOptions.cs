namespace Mptcp.Netlink;

/// <summary>How <see cref="MptcpInterfacesPolicy"/> decides.</summary>
public sealed class MptcpInterfacesPolicyOptions
{
    /// <summary>Over which network interfaces there are to be paths, and which of them are metered.</summary>
    public MptcpInterfaceSelection Interfaces { get; } = new();

    /// <summary>
    /// Whether the addresses of the interfaces are announced to clients, which may then open further subflows to them. The default is <see langword="false"/>: clients learn addresses of
    /// internal networks by it.
    /// </summary>
    public bool AnnounceAddresses { get; set; }

    /// <summary>A path whose smoothed round-trip time exceeds this becomes a backup, if there is a better one. More than 0; default 300 ms.</summary>
    public TimeSpan SlowAbove { get; set; } = TimeSpan.FromMilliseconds(300);

    /// <summary>A path that was too slow has recovered when its smoothed round-trip time is no more than this. More than 0, and at most <see cref="SlowAbove"/>; default 200 ms.</summary>
    public TimeSpan RecoveredBelow { get; set; } = TimeSpan.FromMilliseconds(200);

    /// <summary>
    /// A backup that carries nothing has no round-trip time to recover by: after this time it is given another try. Each time that it is too slow again, it takes twice as
    /// long, up to 64 times. From 0 to a day; default 10 s.
    /// </summary>
    public TimeSpan RetryAfter { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>How often round-trip times are looked at, and paths that are missing tried again. From 1 ms to <see cref="int.MaxValue"/> ms; default 1 s.</summary>
    public TimeSpan Interval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>What is wrong with it.</summary>
    internal IEnumerable<string> FindProblems()
    {
        foreach (string problem in Interfaces.FindProblems())
            yield return problem;

        if (SlowAbove <= TimeSpan.Zero || RecoveredBelow <= TimeSpan.Zero || RecoveredBelow > SlowAbove)
            yield return $"{nameof(SlowAbove)} is above 0, and {nameof(RecoveredBelow)} above 0 and no more than it; they are {SlowAbove} and {RecoveredBelow}.";

        if (Interval < TimeSpan.FromMilliseconds(1) || Interval.TotalMilliseconds > int.MaxValue)
            yield return $"{nameof(Interval)} is from 1 ms to {int.MaxValue} ms; it is {Interval}.";

        if (RetryAfter < TimeSpan.Zero || RetryAfter > TimeSpan.FromDays(1))
            yield return $"{nameof(RetryAfter)} is from 0 to a day; it is {RetryAfter}.";
    }
}
