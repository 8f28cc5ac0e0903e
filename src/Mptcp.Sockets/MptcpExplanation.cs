namespace Mptcp.Sockets;

/// <summary>Explains why a socket uses MPTCP or TCP, for programs and for people.</summary>
public sealed class MptcpExplanation
{
    /// <summary>Initializes an explanation.</summary>
    /// <param name="reason">The reason, for programs.</param>
    /// <param name="text">The reason in sentences.</param>
    /// <exception cref="ArgumentNullException"><paramref name="text"/> is null.</exception>
    public MptcpExplanation(MptcpReason reason, string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        Reason = reason;
        Text = text;
    }

    /// <summary>Gets the reason, for programs.</summary>
    public MptcpReason Reason { get; }

    /// <summary>Gets the reason in sentences, with the evidence and, if there is one, the remedy.</summary>
    public string Text { get; }

    /// <summary>
    /// Gets why the system provides no MPTCP socket, if <see cref="Reason"/> is <see cref="MptcpReason.SystemUnavailable"/>; otherwise,
    /// <see cref="MptcpUnavailableReason.None"/>.
    /// </summary>
    public MptcpUnavailableReason UnavailableReason { get; init; }

    /// <summary>
    /// Gets the time from now until MPTCP is tried at this address again, with <see cref="MptcpReason.Blackhole"/> and
    /// <see cref="MptcpReason.OvertakenByTcp"/>. If the kernel avoids MPTCP, this is the longest possible time, because it does not report
    /// when that began. <see langword="null"/> if the time is unknown.
    /// </summary>
    public TimeSpan? RetryIn { get; init; }

    /// <summary>Returns <see cref="Text"/>.</summary>
    /// <returns>The reason in sentences.</returns>
    public override string ToString() => Text;
}
