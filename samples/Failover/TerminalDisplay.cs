using Spectre.Console;

namespace Failover;

/// <summary>Draws a panel on a terminal and updates it in place.</summary>
sealed class TerminalDisplay(IAnsiConsole console) : IDisplay
{
    const int MostWidth = 80, WidthBesidesSteps = 44, IncidentsShown = 7;

    static readonly TimeSpan s_noticeable = TimeSpan.FromSeconds(0.3);

    int Width => Math.Min(MostWidth, console.Profile.Width);

    int StepsShown => Math.Max(1, Width - WidthBesidesSteps);

    public Task<Outcome> ShowAsync(Trial trial, CancellationToken cancellationToken) =>
        console.Live(Draw(trial)).StartAsync(live => trial.RunAsync(() => live.UpdateTarget(Draw(trial)), cancellationToken));

    Panel Draw(Trial trial) => new(new Rows(DrawThroughput(trial), Text.Empty, DrawProgress(trial), Text.Empty, DrawIncidents(trial)))
    {
        Header = new PanelHeader($"[bold] {trial.Name}: {trial.Size / 1e6:F0} MB [/]"),
        Border = BoxBorder.Rounded,
        BorderStyle = new Style(Color.Grey),
        Padding = new Padding(1, 0),
        Width = Width,
    };

    Table DrawThroughput(Trial trial)
    {
        Table table = new Table().NoBorder()
            .AddColumns(
                new TableColumn("[grey]sent over[/]") { Width = 11 },
                new TableColumn("") { Width = 3 },
                new TableColumn("[grey]Mbit/s[/]") { Width = 6 }.RightAligned(),
                new TableColumn($"[grey]each {Series.Step.TotalSeconds} s[/]") { Width = StepsShown, NoWrap = true },
                new TableColumn("[grey]MB[/]") { Width = 7 }.RightAligned());
        AddRow(trial.Wifi, "aqua", "grey", trial.Wifi.IsCut ? "[red bold]cut[/]" : "[green]up[/]");
        AddRow(trial.Cellular, "yellow", "grey", "[green]up[/]");
        table.AddRow("[grey]received by[/]");
        AddRow(trial.Application, "green", "red", "");
        return table;

        void AddRow(Series series, string colour, string idle, string state) => table.AddRow(
            $"[{colour}]{series.Name}[/]",
            state,
            $"{series.Megabits:F1}",
            Sparkline.Draw(series, colour, idle, StepsShown, console.Profile.Capabilities.Unicode),
            $"{series.Bytes / 1e6:F1}");
    }

    Markup DrawProgress(Trial trial)
    {
        const int barWidth = 40;
        int done = (int)(trial.Application.Bytes * barWidth / trial.Size);
        char block = console.Profile.Capabilities.Unicode ? '━' : '=';
        string waiting = trial.Waiting < s_noticeable || trial.Application.Bytes == trial.Size
            ? ""
            : $"   [red bold]no byte for {trial.Waiting.TotalSeconds:F1} s[/]";
        return new Markup(
            $"[green]{new string(block, done)}[/][grey]{new string(block, barWidth - done)}[/]  {trial.Elapsed.TotalSeconds,4:F1} s{waiting}");
    }

    /// <summary>Always draws the same number of lines, so that the panel keeps its height.</summary>
    static Rows DrawIncidents(Trial trial) => new(trial.Incidents
        .TakeLast(IncidentsShown)
        .Select(incident => new Markup($"[grey]{incident.At.TotalSeconds,4:F1} s[/]  {incident.Text}"))
        .Concat(Enumerable.Repeat(new Markup(" "), IncidentsShown))
        .Take(IncidentsShown));
}
