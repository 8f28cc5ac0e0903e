namespace Mptcp.Sockets;

/// <summary>The reason why a socket uses MPTCP or TCP. See <see cref="MptcpExplanation"/>.</summary>
public enum MptcpReason
{
    /// <summary>The connection uses MPTCP. On an unconnected or listening socket: the socket will offer or accept it.</summary>
    InUse = 0,

    /// <summary>The socket is a TCP socket: nobody asked for MPTCP, or a listener accepted a client that did not offer it.</summary>
    NotRequested = 1,

    /// <summary>The system provided no MPTCP socket. See <see cref="MptcpExplanation.UnavailableReason"/>.</summary>
    SystemUnavailable = 2,

    /// <summary>The peer answered without MPTCP, or a device on the way removed it from the answer.</summary>
    AnsweredWithout = 3,

    /// <summary>A device on the way removed the MPTCP options from the packets of a client.</summary>
    OptionsStripped = 4,

    /// <summary>MPTCP was not tried: the path is known to drop it. See <see cref="MptcpExplanation.RetryIn"/>.</summary>
    Blackhole = 5,

    /// <summary>SYNs with MPTCP stayed unanswered, and a TCP SYN was answered.</summary>
    OvertakenByTcp = 6,

    /// <summary>MPTCP was in use, and the connection fell back later: data came without a mapping, or a checksum was wrong.</summary>
    FellBackLater = 7,

    /// <summary>The evidence leaves more than one reason. <see cref="MptcpExplanation.Text"/> lists them.</summary>
    Ambiguous = 8,

    /// <summary>A reset answered the SYN with MPTCP, and TCP was accepted.</summary>
    Refused = 9,

    /// <summary>
    /// The connection uses MPTCP, and all of its subflows are closed. Without a new one, the kernel ends it when
    /// <c>net.mptcp.close_timeout</c> has passed since the last attempt.
    /// </summary>
    NoPath = 10,
}
