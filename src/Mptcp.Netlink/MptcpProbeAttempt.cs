namespace Mptcp.Netlink;

/// <summary>One handshake of a <see cref="MptcpProbe"/>.</summary>
public sealed class MptcpProbeAttempt
{
    internal static readonly MptcpProbeAttempt NotTried = new();

    /// <summary>Gets the outcome of the handshake.</summary>
    public MptcpProbeOutcome Outcome { get; init; }

    /// <summary>Gets the time until the handshake succeeded or failed; <see langword="null"/> if it was not tried.</summary>
    public TimeSpan? Elapsed { get; init; }

    /// <summary>Gets the system's text of an error; <see langword="null"/> if there was none.</summary>
    public string? Error { get; init; }

    internal MptcpProbeAttempt As(MptcpProbeOutcome outcome) => new() { Outcome = outcome, Elapsed = Elapsed, Error = Error };

    /// <summary>Returns the outcome, and the time in milliseconds.</summary>
    public override string ToString() =>
        Elapsed is { } time ? FormattableString.Invariant($"{Outcome} ({time.TotalMilliseconds:0.0} ms)") : $"{Outcome}";
}
