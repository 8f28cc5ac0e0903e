namespace Mptcp.Sockets;

/// <summary>Why a socket speaks what it speaks: one answer to switch on, and one to read.</summary>
/// <param name="Reason">Why.</param>
/// <param name="Text">The same in sentences, with the evidence and, where there is one, the remedy.</param>
/// <param name="UnavailableReason">What this system lacks, with <see cref="MptcpReason.SystemUnavailable"/>; otherwise <see cref="MptcpUnavailableReason.None"/>.</param>
/// <param name="RetryIn">
/// After what time, from now, Multipath TCP is tried at this address again, with <see cref="MptcpReason.Blackhole"/> and
/// <see cref="MptcpReason.OvertakenByTcp"/>; where it is the kernel that does not try, at the latest: it does not tell since when. Null where that is not known.
/// </param>
public sealed record MptcpExplanation(
    MptcpReason Reason, string Text, MptcpUnavailableReason UnavailableReason = MptcpUnavailableReason.None, TimeSpan? RetryIn = null)
{
    /// <summary>The text.</summary>
    public override string ToString() => Text;
}
