using System.Net.NetworkInformation;
using Mptcp.Netlink;
using Mptcp.Netlink.Programs;

namespace Mptcp.Tool.Rendering;

/// <summary>Lists connections, each followed by its paths.</summary>
static class ConnectionList
{
    internal static IEnumerable<string> Lines(
        IReadOnlyCollection<MptcpConnection> connections, IReadOnlyDictionary<long, MptcpSocketOwner> owners, InterfaceNames interfaces, int width)
    {
        if (connections.Count == 0)
            return ["[grey]No MPTCP connections.[/]"];

        var table = new ColumnTable(
            new Column("TOKEN"), new Column("LOCAL", 6), new Column("REMOTE"), new Column("STATE", 3), new Column("RTT", 2, IsNumber: true),
            new Column("SENT", 4, IsNumber: true), new Column("RECEIVED", 4, IsNumber: true), new Column("PROCESS", 5));
        foreach (MptcpConnection connection in connections)
        {
            table.Add(
                $"[bold]{(connection.Token == 0 ? "-" : Format.Token(connection.Token))}[/]",
                Format.Cell(connection.LocalEndPoint),
                Format.IsAny(connection.RemoteEndPoint) ? "*" : Format.Cell(connection.RemoteEndPoint),
                Format.State(connection.State),
                "",
                Format.Bytes(connection.Info?.BytesSent),
                Format.Bytes(connection.Info?.BytesReceived),
                owners.TryGetValue(connection.Inode, out MptcpSocketOwner? owner) ? $"{Format.Cell(owner.Name)} [grey]{owner.ProcessId}[/]" : "");

            foreach (MptcpConnectionSubflow subflow in connection.Subflows ?? [])
            {
                table.Add(
                    $"  [blue]{Format.Cell(interfaces.Of(subflow) ?? "?")}[/]",
                    Format.Cell(subflow.LocalEndPoint),
                    Format.Cell(subflow.RemoteEndPoint),
                    StateOf(subflow),
                    Format.Milliseconds(subflow.Tcp.SmoothedRtt),
                    Format.Bytes(subflow.Tcp.BytesSent),
                    Format.Bytes(subflow.Tcp.BytesReceived),
                    "");
            }
        }

        return table.Lines(width);
    }

    internal static string StateOf(MptcpConnectionSubflow subflow) => subflow switch
    {
        { Tcp.State: not TcpState.Established } => $"[yellow]{Format.State(subflow.Tcp.State)}[/]",
        { IsBackup: true } => "[grey]backup[/]",
        _ => "[green]in use[/]",
    };
}
