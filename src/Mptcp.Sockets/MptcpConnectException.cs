using System.Net.Sockets;

namespace Mptcp.Sockets;

/// <summary>
/// No address could be connected to. <see cref="SocketException.SocketErrorCode"/> is that of the last address, as with <see cref="Socket"/>;
/// the message and <see cref="Attempts"/> name them all.
/// </summary>
public class MptcpConnectException : SocketException
{
    /// <summary>Initializes the exception with everything that was tried.</summary>
    /// <param name="attempts">At least one attempt, in the order of their addresses.</param>
    /// <exception cref="ArgumentNullException"><paramref name="attempts"/> is null.</exception>
    /// <exception cref="ArgumentException"><paramref name="attempts"/> is empty.</exception>
    public MptcpConnectException(IReadOnlyList<MptcpConnectAttempt> attempts)
        : base((int)Last(attempts).Error.SocketErrorCode, string.Join("; ", attempts)) =>
        Attempts = attempts;

    /// <summary>Everything that was tried, in the order of the addresses.</summary>
    public IReadOnlyList<MptcpConnectAttempt> Attempts { get; }

    static MptcpConnectAttempt Last(IReadOnlyList<MptcpConnectAttempt> attempts)
    {
        ArgumentNullException.ThrowIfNull(attempts);
        return attempts.Count > 0 ? attempts[^1] : throw new ArgumentException("There must be at least one attempt.", nameof(attempts));
    }
}
