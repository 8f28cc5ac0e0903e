namespace Mptcp.Sockets;

/// <summary>What a socket speaks now. A connection can fall back while it lives, so this is a state, not a constant.</summary>
public enum MptcpState
{
    /// <summary>TCP: the socket was made for TCP, or accepted from a client that speaks TCP.</summary>
    Tcp = 0,

    /// <summary>Multipath TCP; on a socket that is not connected, that it will offer or accept Multipath TCP.</summary>
    Mptcp = 1,

    /// <summary>TCP on a socket made for Multipath TCP: the peer, or a middlebox on the way, does not speak it (RFC 8684, section 3.7).</summary>
    FellBack = 2,
}
