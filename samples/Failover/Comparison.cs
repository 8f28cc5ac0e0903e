using Mptcp.Sockets;
using Spectre.Console;

namespace Failover;

/// <summary>Compares the downloads in a table.</summary>
static class Comparison
{
    internal static void Write(IAnsiConsole console, params Outcome[] outcomes)
    {
        Table table = new Table().RoundedBorder().BorderColor(Color.Grey).AddColumn("");
        foreach (Outcome outcome in outcomes)
            table.AddColumn(new TableColumn($"[bold]{outcome.Name}[/]").RightAligned());

        AddRow("protocol, says the kernel", outcome => outcome.State == MptcpState.Mptcp ? "Multipath TCP" : "TCP");
        AddRow("wifi was cut for", outcome => Seconds(outcome.Outage));
        AddRow("duration", outcome => Seconds(outcome.Duration));
        AddRow("[bold]longest stall[/]", outcome => $"[bold]{Seconds(outcome.LongestStall)}[/]");
        AddRow("received", outcome => $"{outcome.Bytes:N0} bytes");
        AddRow("SHA-256 at both ends", outcome => outcome.IsIntact ? "[green]the same[/]" : "[red bold]DIFFERENT[/]");
        AddRow("sent over wifi", outcome => Sent(outcome.SentOverWifi, outcome.WifiShare));
        AddRow("sent over cellular", outcome => Sent(outcome.SentOverCellular, 1 - outcome.WifiShare));
        console.Write(table);

        void AddRow(string title, Func<Outcome, string> figure) => table.AddRow([title, .. outcomes.Select(figure)]);
    }

    static string Seconds(TimeSpan time) => $"{time.TotalSeconds:F1} s";

    static string Sent(long bytes, double share) => $"{bytes / 1e6:F1} MB ({share:P0})";
}
