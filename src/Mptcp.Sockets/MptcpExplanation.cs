namespace Mptcp.Sockets;

/// <summary>Explains why a socket uses MPTCP or TCP, for programs and for people.</summary>
/// <param name="Reason">The reason, for programs.</param>
/// <param name="Text">The reason in sentences, with the evidence and, if there is one, the remedy.</param>
/// <param name="UnavailableReason">Why the system provides no MPTCP socket, if <paramref name="Reason"/> is <see cref="MptcpReason.SystemUnavailable"/>; otherwise, <see cref="MptcpUnavailableReason.None"/>.</param>
/// <param name="RetryIn">
/// The time from now until MPTCP is tried at this address again, with <see cref="MptcpReason.Blackhole"/> and <see cref="MptcpReason.OvertakenByTcp"/>.
/// If the kernel avoids MPTCP, this is the longest possible time, because it does not report when that began. <see langword="null"/> if the time is unknown.
/// </param>
public sealed record MptcpExplanation(
    MptcpReason Reason, string Text, MptcpUnavailableReason UnavailableReason = MptcpUnavailableReason.None, TimeSpan? RetryIn = null)
{
    /// <summary>Returns <see cref="Text"/>.</summary>
    /// <returns>The reason in sentences.</returns>
    public override string ToString() => Text;
}
