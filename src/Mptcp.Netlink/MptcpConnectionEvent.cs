namespace Mptcp.Netlink;

/// <summary>Something that has happened to a connection.</summary>
public abstract record MptcpConnectionEvent : MptcpEvent
{
    private protected MptcpConnectionEvent(uint token) => Token = token;

    /// <summary>Which connection: <see cref="Sockets.MptcpInfo.Token"/> on this host.</summary>
    public uint Token { get; init; }
}
