using System.Net.Sockets;

namespace Mptcp.Sockets;

/// <summary>Multipath TCP was required, and this system has none to give. The message says why and what to do about it.</summary>
public class MptcpNotSupportedException : SocketException
{
    /// <summary>Initializes the exception with a reason and a message.</summary>
    /// <param name="reason">Why there is no Multipath TCP socket.</param>
    /// <param name="message">What is wrong, and what to do about it.</param>
    public MptcpNotSupportedException(MptcpUnavailableReason reason, string message)
        : base((int)(reason == MptcpUnavailableReason.BlockedByPolicy ? SocketError.AccessDenied : SocketError.ProtocolNotSupported), message) =>
        Reason = reason;

    /// <summary>Why there is no Multipath TCP socket.</summary>
    public MptcpUnavailableReason Reason { get; }
}
