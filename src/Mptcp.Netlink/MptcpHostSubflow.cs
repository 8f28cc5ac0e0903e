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

    /// <summary>Gets the id of the address of this host; 0 for the address that the connection began with.</summary>
    public byte LocalAddressId { get; init; }

    /// <summary>Gets the id of the address of the peer; 0 for the address that the connection began with.</summary>
    public byte RemoteAddressId { get; init; }

    /// <summary>Gets whether either end wants the subflow to be used only when no other is left.</summary>
    public bool IsBackup { get; init; }

    /// <summary>Gets the number of the network interface that the subflow is bound to; 0 for none.</summary>
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
