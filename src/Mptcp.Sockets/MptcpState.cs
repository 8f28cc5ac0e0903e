namespace Mptcp.Sockets;

/// <summary>Says what a socket uses now. A connection can fall back during its life, so read the state when you need it.</summary>
public enum MptcpState
{
    /// <summary>TCP. The socket was created as a TCP socket, or accepted from a TCP client.</summary>
    Tcp = 0,

    /// <summary>MPTCP. On an unconnected or listening socket: the socket will offer or accept it.</summary>
    Mptcp = 1,

    /// <summary>TCP, on an MPTCP socket. The peer, or a middlebox on the way, does not support MPTCP (RFC 8684, section 3.7).</summary>
    FellBack = 2,
}
