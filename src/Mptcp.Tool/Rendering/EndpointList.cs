using Mptcp.Netlink;

namespace Mptcp.Tool.Rendering;

static class EndpointList
{
    internal static IEnumerable<string> Lines(IEnumerable<MptcpEndpoint> endpoints, int width)
    {
        var table = new ColumnTable(new Column("ID", IsNumber: true), new Column("ADDRESS"), new Column("INTERFACE", 1), new Column("FLAGS", 2));
        foreach (MptcpEndpoint endpoint in endpoints)
        {
            table.Add(
                $"[bold]{endpoint.Id}[/]",
                Format.Cell(endpoint.Address) + (endpoint.Port == 0 ? "" : $" port {endpoint.Port}"),
                $"[blue]{Format.Cell(endpoint.InterfaceName ?? (endpoint.InterfaceIndex == 0 ? "" : $"{endpoint.InterfaceIndex}, gone"))}[/]",
                Format.Flags(endpoint.Flags));
        }

        return table.Lines(width);
    }
}
