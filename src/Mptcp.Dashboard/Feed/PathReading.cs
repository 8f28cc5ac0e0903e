using System.Net.NetworkInformation;
using Mptcp.Netlink;
using Mptcp.Netlink.Programs;
using Mptcp.Sockets;

namespace Mptcp.Dashboard.Feed;

/// <summary>What the kernel reports about a path at one moment. A value that it does not report is null.</summary>
sealed record PathReading(PathKey Key, string Interface)
{
    internal TcpState State { get; init; } = TcpState.Established;

    internal bool IsBackup { get; init; }

    internal double? RttMilliseconds { get; init; }

    internal long? CongestionWindow { get; init; }

    internal long? Retransmits { get; init; }

    internal long? BytesSent { get; init; }

    internal long? BytesAcked { get; init; }

    internal long? BytesReceived { get; init; }

    internal static PathReading Of(uint token, MptcpConnectionSubflow subflow, InterfaceNames interfaces)
    {
        MptcpSubflow tcp = subflow.Tcp;
        var key = new PathKey(token, subflow.LocalEndPoint, subflow.RemoteEndPoint);
        return new PathReading(key, interfaces.Of(subflow) ?? (subflow.InterfaceIndex > 0 ? $"interface {subflow.InterfaceIndex}" : "?"))
        {
            State = tcp.State,
            IsBackup = subflow.IsBackup,
            RttMilliseconds = tcp.SmoothedRtt?.TotalMilliseconds,
            CongestionWindow = tcp.CongestionWindow,
            Retransmits = tcp.Retransmits,
            BytesSent = tcp.BytesSent,
            BytesAcked = tcp.BytesAcked,
            BytesReceived = tcp.BytesReceived,
        };
    }
}
