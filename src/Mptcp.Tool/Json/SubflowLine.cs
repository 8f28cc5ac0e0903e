using Mptcp.Netlink;
using Mptcp.Netlink.Programs;
using Mptcp.Tool.Rendering;

namespace Mptcp.Tool.Json;

sealed record SubflowLine(
    string? Interface,
    string Local,
    string Remote,
    int LocalId,
    int RemoteId,
    string State,
    bool Backup,
    double? RttMs,
    long? CongestionWindow,
    long? DeliveryRate,
    long? BytesSent,
    long? BytesReceived,
    long? BytesRetransmitted)
{
    internal static SubflowLine Of(MptcpConnectionSubflow subflow, InterfaceNames interfaces) => new(
        interfaces.Of(subflow),
        subflow.LocalEndPoint.ToString(),
        subflow.RemoteEndPoint.ToString(),
        subflow.LocalAddressId,
        subflow.RemoteAddressId,
        Format.State(subflow.Tcp.State),
        subflow.IsBackup,
        subflow.Tcp.SmoothedRtt?.TotalMilliseconds,
        subflow.Tcp.CongestionWindow,
        subflow.Tcp.DeliveryRate,
        subflow.Tcp.BytesSent,
        subflow.Tcp.BytesReceived,
        subflow.Tcp.BytesRetransmitted);
}
