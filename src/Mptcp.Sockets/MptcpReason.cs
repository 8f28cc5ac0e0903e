namespace Mptcp.Sockets;

/// <summary>Why a socket speaks what it speaks: see <see cref="MptcpExplanation"/>.</summary>
public enum MptcpReason
{
    /// <summary>Multipath TCP is in use, or will be offered or accepted.</summary>
    InUse = 0,

    /// <summary>A TCP socket of which nobody has asked Multipath TCP, or that was accepted from a client that did not offer it.</summary>
    NotRequested = 1,

    /// <summary>This system gave no Multipath TCP socket: see <see cref="MptcpExplanation.UnavailableReason"/>.</summary>
    SystemUnavailable = 2,

    /// <summary>The peer, or something on the way, answered without Multipath TCP.</summary>
    AnsweredWithout = 3,

    /// <summary>Something on the way removed Multipath TCP from the packets.</summary>
    OptionsStripped = 4,

    /// <summary>Multipath TCP was not tried, since it went unanswered there, or from here, before: see <see cref="MptcpExplanation.RetryIn"/>.</summary>
    Blackhole = 5,

    /// <summary>Multipath TCP was tried and not answered in time; TCP was.</summary>
    OvertakenByTcp = 6,

    /// <summary>Multipath TCP was in use, and the connection fell back while it lived: data without a mapping, or a checksum that was wrong.</summary>
    FellBackLater = 7,

    /// <summary>The evidence does not tell; <see cref="MptcpExplanation.Text"/> says what it leaves open.</summary>
    Ambiguous = 8,
}
