using System.Net.Sockets;

namespace Mptcp.Sockets;

/// <summary>
/// The exception that is thrown when MPTCP is required and this system does not provide it. The message says why, and what to do.
/// </summary>
public class MptcpNotSupportedException : SocketException
{
    /// <summary>Initializes the exception with a reason and a message.</summary>
    /// <param name="reason">Why the system provides no MPTCP socket.</param>
    /// <param name="message">What is wrong, and what to do.</param>
    public MptcpNotSupportedException(MptcpUnavailableReason reason, string message)
        : base((int)(reason == MptcpUnavailableReason.BlockedByPolicy ? SocketError.AccessDenied : SocketError.ProtocolNotSupported), message) =>
        Reason = reason;

    /// <summary>Gets why the system provides no MPTCP socket.</summary>
    public MptcpUnavailableReason Reason { get; }
}
