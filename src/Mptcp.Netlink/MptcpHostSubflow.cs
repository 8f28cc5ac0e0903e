using System.Net;
using System.Net.NetworkInformation;

namespace Mptcp.Netlink;

/// <summary>A subflow of a <see cref="MptcpHostConnection"/>.</summary>
public sealed class MptcpHostSubflow
{
    /// <summary>Gets the address and port of this host.</summary>
    public required IPEndPoint LocalEndPoint { get; init; }

    /// <summary>Gets the address and port of the peer.</summary>
    public required IPEndPoint RemoteEndPoint { get; init; }

    /// <summary>Gets the state of the TCP connection.</summary>
    public TcpState State { get; init; }

    /// <summary>Gets the id of the local address; 0 for the address with which the connection began.</summary>
    public byte LocalAddressId { get; init; }

    /// <summary>Gets the id of the peer's address; 0 for the address with which the connection began.</summary>
    public byte RemoteAddressId { get; init; }

    /// <summary>Gets whether either end marked the subflow as a backup, which carries data only if no other subflow works.</summary>
    public bool IsBackup { get; init; }

    /// <summary>Gets the index of the network interface to which the subflow is bound; 0 if it is not bound to one.</summary>
    public int InterfaceIndex { get; init; }

    /// <summary>Gets the smoothed round-trip time; <see langword="null"/> if the kernel does not report it.</summary>
    public TimeSpan? SmoothedRtt { get; init; }

    internal static MptcpHostSubflow From(MptcpConnectionSubflow subflow) => new()
    {
        LocalEndPoint = subflow.LocalEndPoint,
        RemoteEndPoint = subflow.RemoteEndPoint,
        State = subflow.Tcp.State,
        LocalAddressId = subflow.LocalAddressId,
        RemoteAddressId = subflow.RemoteAddressId,
        IsBackup = subflow.IsBackup,
        InterfaceIndex = subflow.InterfaceIndex,
        SmoothedRtt = subflow.Tcp.SmoothedRtt,
    };
}
