using Mptcp.Netlink;
using Mptcp.Netlink.Programs;

namespace Mptcp.Tool.Live;

/// <summary>The connections at one moment, with the rates since the previous sample.</summary>
sealed record TopSample(
    IReadOnlyList<MptcpConnection> Connections,
    IReadOnlyDictionary<PathKey, PathHistory> Paths,
    IReadOnlyDictionary<long, MptcpSocketOwner> Owners,
    InterfaceNames Interfaces,
    MptcpHostSnapshot? Host)
{
    internal PathHistory HistoryOf(MptcpConnection connection, MptcpConnectionSubflow subflow) => Paths[PathKey.Of(connection, subflow)];

    internal double RateOf(MptcpConnection connection) => (connection.Subflows ?? []).Sum(subflow => HistoryOf(connection, subflow).Rate);

    internal static TimeSpan? LowestRttOf(MptcpConnection connection) => (connection.Subflows ?? []).Min(subflow => subflow.Tcp.SmoothedRtt);

    internal string NameOf(MptcpConnection connection) => Owners.GetValueOrDefault(connection.Inode)?.Name ?? "";
}
