namespace Mptcp.Netlink;

/// <summary>The options of <see cref="MptcpInterfacesPolicy"/>.</summary>
public sealed class MptcpInterfacesPolicyOptions
{
    /// <summary>Gets the selection of network interfaces that carry paths, and of those that are metered.</summary>
    public MptcpInterfaceSelection Interfaces { get; } = new();

    /// <summary>
    /// Gets or sets whether the addresses of the interfaces are announced to clients, which may then open further subflows to them. The
    /// default is <see langword="false"/>, because clients would learn addresses of internal networks.
    /// </summary>
    public bool AnnounceAddresses { get; set; }

    /// <summary>
    /// Gets or sets the smoothed round-trip time above which a path becomes a backup, if there is a better one. It must be greater than 0.
    /// The default is 300 ms.
    /// </summary>
    public TimeSpan SlowAbove { get; set; } = TimeSpan.FromMilliseconds(300);

    /// <summary>
    /// Gets or sets the smoothed round-trip time at which a slow path has recovered. It must be greater than 0 and at most
    /// <see cref="SlowAbove"/>. The default is 200 ms.
    /// </summary>
    public TimeSpan RecoveredBelow { get; set; } = TimeSpan.FromMilliseconds(200);

    /// <summary>
    /// Gets or sets the time after which a slow path is used again for a trial, from 0 to one day. The default is 10 s. A backup without
    /// traffic has no round-trip time that could show a recovery. Each further trial that fails doubles the time, up to 64 times.
    /// </summary>
    public TimeSpan RetryAfter { get; set; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// Gets or sets the interval at which round-trip times are measured and missing paths are retried, from 1 ms to
    /// <see cref="int.MaxValue"/> ms. The default is 1 s.
    /// </summary>
    public TimeSpan Interval { get; set; } = TimeSpan.FromSeconds(1);

    /// <summary>Returns a message for each invalid option.</summary>
    internal IEnumerable<string> FindProblems()
    {
        foreach (string problem in Interfaces.FindProblems())
            yield return problem;

        if (SlowAbove <= TimeSpan.Zero || RecoveredBelow <= TimeSpan.Zero || RecoveredBelow > SlowAbove)
        {
            yield return $"{nameof(SlowAbove)} must be greater than 0, and {nameof(RecoveredBelow)} greater than 0 and at most "
                + $"{nameof(SlowAbove)}. They are {SlowAbove} and {RecoveredBelow}.";
        }

        if (Interval < TimeSpan.FromMilliseconds(1) || Interval.TotalMilliseconds > int.MaxValue)
            yield return $"{nameof(Interval)} must be from 1 ms to {int.MaxValue} ms. It is {Interval}.";

        if (RetryAfter < TimeSpan.Zero || RetryAfter > TimeSpan.FromDays(1))
            yield return $"{nameof(RetryAfter)} must be from 0 to one day. It is {RetryAfter}.";
    }
}
