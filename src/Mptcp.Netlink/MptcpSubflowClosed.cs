using System.Net;

namespace Mptcp.Netlink;

/// <summary>A subflow has ended while its connection lives on (<c>MPTCP_EVENT_SUB_CLOSED</c>), or could not be opened.</summary>
/// <param name="Token">Which connection: <see cref="Sockets.MptcpInfo.Token"/> on this host.</param>
/// <param name="LocalEndPoint">The subflow's end here.</param>
/// <param name="RemoteEndPoint">Its other end.</param>
public sealed record MptcpSubflowClosed(uint Token, IPEndPoint LocalEndPoint, IPEndPoint RemoteEndPoint) : MptcpSubflowEvent(Token, LocalEndPoint, RemoteEndPoint)
{
    /// <summary>The errno that its TCP connection has ended with, such as 111 for <c>ECONNREFUSED</c>; null if there was none.</summary>
    public int? ErrorNumber { get; init; }

    /// <summary>Why the peer has reset it (MP_TCPRST, RFC 8684, section 3.6); null if it has not, or without the option.</summary>
    public MptcpResetReason? ResetReason { get; init; }

    /// <summary>Whether the peer has called that reason transient: to try again makes sense. Null as <see cref="ResetReason"/>.</summary>
    public bool? IsResetTransient { get; init; }
}
