// Prints the MPTCP connections of this host and their paths, and then what happens to them. Events need CAP_NET_ADMIN. The command 'mptcp top' shows the same on one screen.
using Mptcp.Netlink;

try
{
    await using MptcpEventMonitor monitor = MptcpEventMonitor.Open(); // before the list, so that nothing is missed in between
    foreach (MptcpConnection connection in MptcpConnections.List(new MptcpConnectionFilter { IncludeSubflows = true }))
    {
        Console.WriteLine($"{connection.Token:x8} {connection.LocalEndPoint} - {connection.RemoteEndPoint} {connection.State}");
        foreach (MptcpConnectionSubflow path in connection.Subflows ?? [])
            Console.WriteLine($"  {(path.IsBackup ? "backup" : "path")} {path.LocalEndPoint} - {path.RemoteEndPoint} {path.Tcp.State}, {path.Tcp.SmoothedRtt?.TotalMilliseconds:F1} ms");
    }

    await foreach (MptcpEvent what in monitor.ReadAllAsync())
        Console.WriteLine(what);

    return 0;
}
catch (Exception e)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}
