using System.Net;

namespace Mptcp.Netlink;

/// <summary>
/// The event of a subflow that ended while its connection continues, or that could not be opened (<c>MPTCP_EVENT_SUB_CLOSED</c>).
/// </summary>
/// <param name="Token">The token of the connection on this host. See <see cref="Sockets.MptcpInfo.Token"/>.</param>
/// <param name="LocalEndPoint">The local address and port of the subflow.</param>
/// <param name="RemoteEndPoint">The peer's address and port of the subflow.</param>
public sealed record MptcpSubflowClosed(uint Token, IPEndPoint LocalEndPoint, IPEndPoint RemoteEndPoint)
    : MptcpSubflowEvent(Token, LocalEndPoint, RemoteEndPoint)
{
    /// <summary>
    /// Gets the errno with which the TCP connection ended, such as 111 for <c>ECONNREFUSED</c>; <see langword="null"/> if there was none.
    /// </summary>
    public int? ErrorNumber { get; init; }

    /// <summary>
    /// Gets the reason why the peer reset the subflow (MP_TCPRST, RFC 8684, section 3.6); <see langword="null"/> if it did not, or gave no
    /// reason.
    /// </summary>
    public MptcpResetReason? ResetReason { get; init; }

    /// <summary>
    /// Gets whether the peer called the reason transient, so another try makes sense; <see langword="null"/> without a
    /// <see cref="ResetReason"/>.
    /// </summary>
    public bool? IsResetTransient { get; init; }
}
