using System.Net.Sockets;

namespace Mptcp.Sockets;

/// <summary>
/// The exception that is thrown when no address could be connected to. <see cref="SocketException.SocketErrorCode"/> is the error of the
/// last address, as with <see cref="Socket"/>. The message and <see cref="Attempts"/> list all attempts.
/// </summary>
public class MptcpConnectException : SocketException
{
    /// <summary>Initializes the exception with all failed attempts.</summary>
    /// <param name="attempts">At least one attempt, in the order of the addresses.</param>
    /// <exception cref="ArgumentNullException"><paramref name="attempts"/> is null.</exception>
    /// <exception cref="ArgumentException"><paramref name="attempts"/> is empty.</exception>
    public MptcpConnectException(IReadOnlyList<MptcpConnectAttempt> attempts)
        : base((int)Last(attempts).Error.SocketErrorCode, string.Join("; ", attempts)) =>
        Attempts = attempts;

    /// <summary>Gets all failed attempts, in the order of the addresses.</summary>
    /// <example><code>foreach (MptcpConnectAttempt attempt in exception.Attempts) Console.WriteLine(attempt);</code></example>
    public IReadOnlyList<MptcpConnectAttempt> Attempts { get; }

    static MptcpConnectAttempt Last(IReadOnlyList<MptcpConnectAttempt> attempts)
    {
        ArgumentNullException.ThrowIfNull(attempts);
        return attempts.Count > 0 ? attempts[^1] : throw new ArgumentException("There must be at least one attempt.", nameof(attempts));
    }
}
