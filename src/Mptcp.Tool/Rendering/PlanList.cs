using Mptcp.Netlink;

namespace Mptcp.Tool.Rendering;

static class PlanList
{
    internal static IEnumerable<string> Lines(MptcpEndpointPlan plan, int width)
    {
        if (plan.Limits is { } limits)
            yield return $"[green]limits[/]  subflows {limits.ExtraSubflows}, accept {limits.AcceptedAddresses}";

        var table = new ColumnTable(new Column("ACTION"), new Column("ADDRESS"), new Column("INTERFACE", 2), new Column("FLAGS", 3));
        foreach (MptcpEndpointAction action in plan.Actions)
        {
            table.Add(
                Kind(action.Kind), Format.Cell(action.Endpoint.Address), $"[blue]{Format.Cell(action.Endpoint.InterfaceName)}[/]", Format.Flags(action.Endpoint.Flags));
        }

        if (table.Count == 0)
        {
            yield return "[grey]This host has no address that could be an endpoint.[/]";
            yield break;
        }

        // The reason is a sentence, too long for a column.
        foreach ((int row, string line) in table.Lines(width).Index())
        {
            yield return line;
            foreach (string reason in row == 0 ? [] : Paragraph.Lines(plan.Actions[row - 1].Explanation, width, indent: 2, style: "grey"))
                yield return reason;
        }
    }

    static string Kind(MptcpEndpointActionKind kind) => kind switch
    {
        MptcpEndpointActionKind.Add => "[green]add[/]",
        MptcpEndpointActionKind.Change => "[green]change[/]",
        MptcpEndpointActionKind.Remove => "[yellow]remove[/]",
        _ => $"[grey]{kind.ToString().ToLowerInvariant()}[/]",
    };
}
