using System.Net;

namespace Mptcp.Netlink;

/// <summary>Something that has happened to a subflow.</summary>
/// <param name="Token">Which connection: <see cref="Sockets.MptcpInfo.Token"/> on this host.</param>
/// <param name="LocalEndPoint">The subflow's end here.</param>
/// <param name="RemoteEndPoint">Its other end.</param>
public abstract record MptcpSubflowEvent(uint Token, IPEndPoint LocalEndPoint, IPEndPoint RemoteEndPoint) : MptcpConnectionEvent(Token)
{
    /// <summary>The id of the address here; 0 for the one that the connection began with.</summary>
    public byte LocalAddressId { get; init; }

    /// <summary>The id of the peer's address, likewise.</summary>
    public byte RemoteAddressId { get; init; }

    /// <summary>Whether the subflow is used only when no other is left.</summary>
    public bool IsBackup { get; init; }

    /// <summary>The number of the network interface that the subflow is bound to; null where it is bound to none.</summary>
    public int? InterfaceIndex { get; init; }
}
