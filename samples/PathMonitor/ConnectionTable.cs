using Mptcp.Netlink;
using Spectre.Console;

namespace PathMonitor;

/// <summary>Connections, and under each its paths.</summary>
static class ConnectionTable
{
    internal static Table Create()
    {
        IReadOnlyList<MptcpConnection> connections = MptcpConnections.List(new MptcpConnectionFilter { IncludeSubflows = true });
        Table table = new Table().Border(TableBorder.Rounded).AddColumns("connection", "from", "to", "state", "RTT", "sent", "received");
        table.Title = new TableTitle($"{connections.Count} Multipath TCP connections");
        foreach (MptcpConnection connection in connections.OrderBy(connection => connection.Token))
        {
            table.AddRow(
                $"{connection.Token:x8}", Cell(connection.LocalEndPoint), Cell(connection.RemoteEndPoint), $"{connection.State}", "",
                Bytes(connection.Info?.BytesSent), Bytes(connection.Info?.BytesReceived));
            foreach (MptcpConnectionSubflow subflow in connection.Subflows ?? [])
            {
                table.AddRow(
                    subflow.IsBackup ? "  backup" : "  path", Cell(subflow.LocalEndPoint), Cell(subflow.RemoteEndPoint), $"{subflow.Tcp.State}",
                    subflow.Tcp.SmoothedRtt is { } rtt ? $"{rtt.TotalMilliseconds:F1} ms" : "", Bytes(subflow.Tcp.BytesSent), Bytes(subflow.Tcp.BytesReceived));
            }
        }

        return table;
    }

    /// <summary>An IPv6 address has brackets, which mean something to a table.</summary>
    static string Cell(System.Net.IPEndPoint endPoint) => Markup.Escape(endPoint.ToString());

    static string Bytes(long? bytes) => bytes switch
    {
        null => "",
        < 1_000_000 => $"{bytes / 1e3:F1} kB",
        _ => $"{bytes / 1e6:F1} MB",
    };
}
