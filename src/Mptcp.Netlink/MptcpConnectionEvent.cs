namespace Mptcp.Netlink;

/// <summary>The base class of events of a connection.</summary>
public abstract record MptcpConnectionEvent : MptcpEvent
{
    private protected MptcpConnectionEvent(uint token) => Token = token;

    /// <summary>Gets the token of the connection on this host. See <see cref="Sockets.MptcpInfo.Token"/>.</summary>
    public uint Token { get; init; }
}
