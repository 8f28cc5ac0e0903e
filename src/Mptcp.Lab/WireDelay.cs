namespace Mptcp.Lab;

/// <summary>The time that packets take in one direction.</summary>
/// <param name="Delay">The average time.</param>
/// <param name="Jitter">The largest difference from it, at random.</param>
sealed record WireDelay(TimeSpan Delay, TimeSpan Jitter)
{
    static readonly TimeSpan s_longest = TimeSpan.FromSeconds(10);

    /// <exception cref="ArgumentOutOfRangeException">
    /// The delay is negative or longer than 10 s, or the jitter negative or longer than the delay.
    /// </exception>
    internal static WireDelay Checked(TimeSpan delay, TimeSpan jitter, string link)
    {
        if (delay < TimeSpan.Zero || delay > s_longest)
            throw new ArgumentOutOfRangeException(nameof(delay), delay, $"The delay of link '{link}' must be between 0 and {s_longest.TotalSeconds} seconds.");

        if (jitter < TimeSpan.Zero || jitter > delay)
            throw new ArgumentOutOfRangeException(nameof(jitter), jitter, $"The jitter of link '{link}' must be between 0 and the delay, which is {delay}.");

        return new WireDelay(delay, jitter);
    }
}
