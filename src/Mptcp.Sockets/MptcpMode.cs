namespace Mptcp.Sockets;

/// <summary>What a caller asks of a socket: Multipath TCP if possible, certainly, or not at all.</summary>
public enum MptcpMode
{
    /// <summary>Multipath TCP where this system has it, otherwise TCP. The default.</summary>
    Preferred = 0,

    /// <summary>Multipath TCP, or <see cref="MptcpNotSupportedException"/>. Says nothing about the peer: see <see cref="MptcpConnectOptions.RequireMptcpPeer"/>.</summary>
    Required = 1,

    /// <summary>TCP.</summary>
    Disabled = 2,
}
