namespace Mptcp.Netlink;

/// <summary>Something that has happened to a connection.</summary>
/// <param name="Token">Which connection: <see cref="Sockets.MptcpInfo.Token"/> on this host.</param>
public abstract record MptcpConnectionEvent(uint Token) : MptcpEvent;
