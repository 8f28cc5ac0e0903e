using Mptcp.Netlink;
using Mptcp.Tool.Rendering;
using Spectre.Console;

namespace Mptcp.Tool.Live;

/// <summary>Draws <c>mptcp top</c>: interfaces, connections with their paths, events.</summary>
static class TopView
{
    const int MostEvents = 5, SmallestTable = 8;

    internal static void Draw(LiveScreen screen, TopSample sample, TopState state, EventFeed events)
    {
        string[] lines = [.. state.Opened is { } token ? Opened(sample, token, events, screen.Width) : List(sample, state, screen.Width)];
        int room = screen.Height - 2;
        string[] latest = [.. events.Lines.TakeLast(Math.Clamp(room - Math.Max(lines.Length, SmallestTable) - 1, 0, MostEvents))];
        int above = room - (latest.Length == 0 ? 0 : latest.Length + 1);
        IEnumerable<string> padded = lines.Take(above).Concat(Enumerable.Repeat("", Math.Max(above - lines.Length, 0)));
        screen.Draw(latest.Length == 0 ? padded : padded.Append("[grey]EVENTS[/]").Concat(latest), Footer(state, screen.Width));
    }

    static IEnumerable<string> Opened(TopSample sample, uint token, EventFeed events, int width)
    {
        if (sample.Connections.FirstOrDefault(connection => connection.Token == token) is not { } connection)
            return [$"[yellow]Connection {Format.Token(token)} is closed.[/]"];

        MptcpFinding? onePath = sample.Host is { } host ? OnePath.Explain(host, connection, events.EventsOf(token)) : null;
        return ConnectionPage.Lines(connection, sample.Owners.GetValueOrDefault(connection.Inode), sample.Interfaces, onePath, width);
    }

    static IEnumerable<string> List(TopSample sample, TopState state, int width) =>
        Interfaces(sample, width).Append("").Concat(Connections(sample, state, width));

    static IEnumerable<string> Interfaces(TopSample sample, int width)
    {
        var paths = sample.Connections
            .SelectMany(connection => connection.Subflows ?? [], (connection, subflow) => (Name: sample.Interfaces.Of(subflow) ?? "?", History: sample.HistoryOf(connection, subflow)))
            .GroupBy(path => path.Name)
            .OrderBy(group => group.Key, StringComparer.Ordinal);
        var table = new ColumnTable(
            new Column("INTERFACE"), new Column("PATHS", 1, IsNumber: true), new Column("SENDING", IsNumber: true), new Column("RECEIVING", IsNumber: true));
        foreach (var group in paths)
            table.Add($"[blue]{Format.Cell(group.Key)}[/]", $"{group.Count()}", Format.Rate(group.Sum(path => path.History.SendRate)), Format.Rate(group.Sum(path => path.History.ReceiveRate)));

        return table.Count == 0 ? ["[grey]No MPTCP connections.[/]"] : table.Lines(width);
    }

    static IEnumerable<string> Connections(TopSample sample, TopState state, int width)
    {
        IReadOnlyList<MptcpConnection> shown = state.Shown(sample);
        if (shown.Count == 0)
            return sample.Connections.Count == 0 ? [] : ["[grey]No connection matches the filter.[/]"];

        var table = new ColumnTable(
            new Column("CONNECTION"), new Column("PEER", 3), new Column("STATE", 4), new Column("SENDING", IsNumber: true), new Column("RECEIVING", 1, IsNumber: true),
            new Column("RTT", 2, IsNumber: true), new Column("", 6), new Column("PROCESS", 5));
        foreach (MptcpConnection connection in shown)
        {
            IReadOnlyList<MptcpConnectionSubflow> paths = connection.Subflows ?? [];
            table.Add(
                Mark(state, PathKey.Of(connection), $"[bold]{Format.Token(connection.Token)}[/]"), Format.Cell(connection.RemoteEndPoint), Format.State(connection.State),
                Format.Rate(paths.Sum(path => sample.HistoryOf(connection, path).SendRate)), Format.Rate(paths.Sum(path => sample.HistoryOf(connection, path).ReceiveRate)),
                "", "", Format.Cell(sample.NameOf(connection)));
            foreach (MptcpConnectionSubflow path in paths)
            {
                PathHistory history = sample.HistoryOf(connection, path);
                table.Add(
                    Mark(state, PathKey.Of(connection, path), $"  [blue]{Format.Cell(sample.Interfaces.Of(path) ?? "?")}[/]"), Format.Cell(path.RemoteEndPoint), ConnectionList.StateOf(path),
                    Format.Rate(history.SendRate), Format.Rate(history.ReceiveRate), Format.Milliseconds(path.Tcp.SmoothedRtt), $"[grey]{Sparkline.Of(history.Rtts)}[/]", "");
            }
        }

        return table.Lines(width);
    }

    static string Mark(TopState state, PathKey row, string cell) => state.Selected == row ? $"[green]>[/] {cell}" : $"  {cell}";

    static string Footer(TopState state, int width)
    {
        if (state.Message.Length > 0)
            return $"[yellow]{Markup.Escape(state.Message)}[/]";

        if (state.Closing is not null)
            return "[yellow]Close this path? y/n[/]";

        if (state.IsFiltering)
            return $"filter: {Markup.Escape(state.Filter)}_  [grey]Enter keeps it, Esc clears it[/]";

        string filter = state.Filter.Length > 0 ? $"filter {Markup.Escape(state.Filter)}  " : "";
        return width < 70
            ? $"[grey]{filter}s / Enter b x q[/]"
            : $"[grey]{filter}s sort: {state.Sort.ToString().ToLowerInvariant()}  / filter  Enter details  b backup  x close  q quit[/]";
    }
}
