namespace Mptcp.Netlink;

/// <summary>The outcome of a handshake of an <see cref="MptcpProbe"/>.</summary>
public enum MptcpProbeOutcome
{
    /// <summary>The handshake was not tried, because it could show nothing.</summary>
    NotTried = 0,

    /// <summary>The handshake succeeded.</summary>
    Succeeded = 1,

    /// <summary>No packet leaves: there is no route to the peer over this interface.</summary>
    NoRoute = 2,

    /// <summary>No answer to plain TCP came in time: the peer is down, or a firewall drops everything.</summary>
    NoAnswer = 3,

    /// <summary>The peer refuses plain TCP, too: nothing listens on the port.</summary>
    Refused = 4,

    /// <summary>
    /// A device on the way removes the MPTCP option: the peer uses MPTCP over another path, or did so until data was sent.
    /// </summary>
    OptionStripped = 5,

    /// <summary>The peer answers plain TCP, but not SYNs with MPTCP: a device on the way drops them.</summary>
    SynDropped = 6,

    /// <summary>Plain TCP is accepted, and a reset answers SYNs with MPTCP.</summary>
    SynReset = 7,

    /// <summary>
    /// The peer answers without MPTCP. If no path shows MPTCP, a device that strips the option on all paths looks the same.
    /// </summary>
    PeerWithoutMptcp = 8,

    /// <summary>The peer answers the SYN of a further subflow (MP_JOIN) with a reset: its limits or its settings do not allow it.</summary>
    JoinRefused = 9,

    /// <summary>
    /// The SYN of a further subflow (MP_JOIN) got no answer in time, although the peer answers other SYNs over this interface.
    /// </summary>
    JoinDropped = 10,

    /// <summary>
    /// The peer closed the connection after the first byte, before a further subflow was established: whether it accepts one is unknown.
    /// </summary>
    PeerClosed = 11,

    /// <summary>The kernel did not offer MPTCP, because it remembers a path that dropped it (<c>net.mptcp.blackhole_timeout</c>).</summary>
    NotOffered = 12,

    /// <summary>This system provides no MPTCP sockets.</summary>
    NotSupported = 13,

    /// <summary>Another error; see <see cref="MptcpProbeAttempt.Error"/>.</summary>
    Failed = 14,
}
