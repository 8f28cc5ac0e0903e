using System.Net;

namespace Mptcp.Netlink;

/// <summary>Something that has happened to a subflow.</summary>
public abstract record MptcpSubflowEvent : MptcpConnectionEvent
{
    private protected MptcpSubflowEvent(uint token, IPEndPoint localEndPoint, IPEndPoint remoteEndPoint)
        : base(token) => (LocalEndPoint, RemoteEndPoint) = (localEndPoint, remoteEndPoint);

    /// <summary>The subflow's end here.</summary>
    public IPEndPoint LocalEndPoint { get; init; }

    /// <summary>Its other end.</summary>
    public IPEndPoint RemoteEndPoint { get; init; }

    /// <summary>The id of the address here; 0 for the one that the connection began with.</summary>
    public byte LocalAddressId { get; init; }

    /// <summary>Gets the id of the peer's address; 0 for the one that the connection began with.</summary>
    public byte RemoteAddressId { get; init; }

    /// <summary>Whether the subflow is used only when no other is left.</summary>
    public bool IsBackup { get; init; }

    /// <summary>The number of the network interface that the subflow is bound to; null where it is bound to none.</summary>
    public int? InterfaceIndex { get; init; }
}
