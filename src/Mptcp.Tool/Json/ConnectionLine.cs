using Mptcp.Netlink;
using Mptcp.Netlink.Programs;
using Mptcp.Tool.Rendering;

namespace Mptcp.Tool.Json;

sealed record ConnectionLine(
    string? Token,
    string State,
    string Local,
    string? Remote,
    int? ProcessId,
    string? Process,
    long UserId,
    long SendQueue,
    long ReceiveQueue,
    long? BytesSent,
    long? BytesReceived,
    long? BytesRetransmitted,
    IReadOnlyList<SubflowLine>? Subflows,
    FindingLine? OnePath)
{
    internal static ConnectionLine Of(MptcpConnection connection, MptcpSocketOwner? owner, InterfaceNames interfaces, MptcpFinding? onePath) => new(
        connection.Token == 0 ? null : Format.Token(connection.Token),
        Format.State(connection.State),
        connection.LocalEndPoint.ToString(),
        Format.IsAny(connection.RemoteEndPoint) ? null : connection.RemoteEndPoint.ToString(),
        owner?.ProcessId,
        owner?.Name,
        connection.UserId,
        connection.SendQueue,
        connection.ReceiveQueue,
        connection.Info?.BytesSent,
        connection.Info?.BytesReceived,
        connection.Info?.BytesRetransmitted,
        connection.Subflows?.Select(subflow => SubflowLine.Of(subflow, interfaces)).ToArray(),
        onePath is null ? null : FindingLine.Of(onePath));
}
