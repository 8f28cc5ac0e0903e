namespace Mptcp.Sockets;

/// <summary>Says whether a socket should use MPTCP.</summary>
public enum MptcpMode
{
    /// <summary>Use MPTCP if this system supports it; otherwise, use TCP. This is the default.</summary>
    Preferred = 0,

    /// <summary>
    /// Use MPTCP. On a system without it, throw <see cref="MptcpNotSupportedException"/>. To require it of the peer, set
    /// <see cref="MptcpConnectOptions.RequireMptcpPeer"/>.
    /// </summary>
    Required = 1,

    /// <summary>Use TCP.</summary>
    Disabled = 2,
}
