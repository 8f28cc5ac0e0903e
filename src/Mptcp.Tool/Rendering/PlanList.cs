using Mptcp.Netlink;

namespace Mptcp.Tool.Rendering;

static class PlanList
{
    internal static IEnumerable<string> Lines(MptcpEndpointPlan plan, int width)
    {
        if (plan.Limits is { } limits)
            yield return $"[green]limits[/]  subflows {limits.ExtraSubflows}, accept {limits.AcceptedAddresses}";

        var table = new ColumnTable(new Column("ACTION"), new Column("ADDRESS"), new Column("INTERFACE", 2), new Column("FLAGS", 3), new Column("WHY", 1));
        foreach (MptcpEndpointAction action in plan.Actions)
        {
            table.Add(
                Kind(action.Kind), Format.Cell(action.Endpoint.Address), $"[blue]{Format.Cell(action.Endpoint.InterfaceName)}[/]", Format.Flags(action.Endpoint.Flags),
                Format.Cell(action.Explanation));
        }

        foreach (string line in table.Count == 0 ? ["[grey]This host has no address that could be an endpoint.[/]"] : table.Lines(width))
            yield return line;
    }

    static string Kind(MptcpEndpointActionKind kind) => kind switch
    {
        MptcpEndpointActionKind.Add => "[green]add[/]",
        MptcpEndpointActionKind.Change => "[green]change[/]",
        MptcpEndpointActionKind.Remove => "[yellow]remove[/]",
        _ => $"[grey]{kind.ToString().ToLowerInvariant()}[/]",
    };
}
