using System.Net;

namespace Mptcp.Netlink;

/// <summary>The base class of events of a subflow.</summary>
public abstract record MptcpSubflowEvent : MptcpConnectionEvent
{
    private protected MptcpSubflowEvent(uint token, IPEndPoint localEndPoint, IPEndPoint remoteEndPoint)
        : base(token) => (LocalEndPoint, RemoteEndPoint) = (localEndPoint, remoteEndPoint);

    /// <summary>Gets the local address and port of the subflow.</summary>
    public IPEndPoint LocalEndPoint { get; init; }

    /// <summary>Gets the peer's address and port of the subflow.</summary>
    public IPEndPoint RemoteEndPoint { get; init; }

    /// <summary>Gets the id of the local address; 0 for the address with which the connection began.</summary>
    public byte LocalAddressId { get; init; }

    /// <summary>Gets the id of the peer's address; 0 for the address with which the connection began.</summary>
    public byte RemoteAddressId { get; init; }

    /// <summary>Gets whether the subflow is a backup, which carries data only if no other subflow works.</summary>
    public bool IsBackup { get; init; }

    /// <summary>
    /// Gets the index of the network interface to which the subflow is bound; <see langword="null"/> if it is not bound to one.
    /// </summary>
    public int? InterfaceIndex { get; init; }
}
