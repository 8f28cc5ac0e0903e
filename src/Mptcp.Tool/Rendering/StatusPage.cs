using Mptcp.Netlink;
using Mptcp.Netlink.Programs;
using Mptcp.Sockets;

namespace Mptcp.Tool.Rendering;

/// <summary>Shows the host on one screen.</summary>
static class StatusPage
{
    internal static IEnumerable<string> Lines(MptcpHostSnapshot host, IReadOnlyList<MptcpFinding> findings, int width)
    {
        bool isAvailable = host.UnavailableReason == MptcpUnavailableReason.None;
        yield return Row("MPTCP", isAvailable ? "[green]available[/]" : $"[red]not available[/] ({host.UnavailableReason})");
        yield return Row("kernel", $"Linux {Format.Cell(host.KernelRelease)}");
        yield return Row("path manager", Format.Cell(host.Settings.PathManager ?? "unknown"));
        yield return Row("scheduler", Format.Cell(host.Settings.Scheduler ?? "unknown"));
        if (host.Limits is { } limits)
            yield return Row("limits", $"{Quantity.Count(limits.ExtraSubflows, "extra path")}, {Quantity.Count(limits.AcceptedAddresses, "address", "addresses")} accepted");

        if (HostConnections.Open(host) is { } connections)
            yield return Row("connections", ConnectionsText(host, connections));

        foreach (string line in EndpointLines(host, width))
            yield return line;

        yield return "";
        if (findings.Count == 0)
            yield return "[green]No findings.[/]";

        foreach (MptcpFinding finding in findings)
        {
            yield return Crop.To($"{FindingList.Severity(finding.Severity)}  [bold]{Format.Cell(finding.Id)}[/]  {Format.Cell(finding.Subject)}", width);
            foreach (string line in Paragraph.Lines(finding.Evidence, width, 2))
                yield return line;
        }

        if (findings.Count > 0)
            yield return "[grey]'mptcp doctor' says what to do.[/]";
    }

    static IEnumerable<string> EndpointLines(MptcpHostSnapshot host, int width)
    {
        if (host.Endpoints is null)
            return ["", "[grey]This kernel lists endpoints with CAP_NET_ADMIN only.[/]"];

        return host.Endpoints.Count == 0 ? ["", "[grey]No endpoints: connections have one path.[/]"] : EndpointList.Lines(host.Endpoints, width).Prepend("");
    }

    static string ConnectionsText(MptcpHostSnapshot host, IReadOnlyList<MptcpHostConnection> connections)
    {
        var interfaces = new InterfaceNames(host.Interfaces);
        MptcpHostSubflow[] paths = [.. connections.SelectMany(connection => connection.Subflows ?? [])];
        string where = string.Join(", ", paths
            .GroupBy(path => interfaces.Of(path.InterfaceIndex, path.LocalEndPoint.Address) ?? "?")
            .OrderByDescending(group => group.Count())
            .Select(group => $"{group.Count()} over [blue]{Format.Cell(group.Key)}[/]"));
        return $"{connections.Count}, with {Quantity.Count(paths.Length, "path")}{(where.Length > 0 ? $": {where}" : "")}";
    }

    static string Row(string name, string value) => $"[grey]{name,-12}[/]  {value}";
}
