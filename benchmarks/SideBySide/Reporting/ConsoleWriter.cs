using Spectre.Console;

namespace SideBySide.Reporting;

static class ConsoleWriter
{
    internal static void Write(IAnsiConsole console, Report report)
    {
        if (!console.Profile.Out.IsTerminal)
            console.Profile.Width = 160; // for a log

        console.WriteLine(report.Introduction);
        foreach (Sheet sheet in report.Sheets)
        {
            Table table = new Table().RoundedBorder().BorderColor(Color.Grey).Title($"[bold]{Markup.Escape(sheet.Title)}[/]");
            foreach ((int i, string column) in sheet.Header.Index())
                table.AddColumn(new TableColumn(Markup.Escape(column)) { Alignment = i == 0 ? Justify.Left : Justify.Right });

            foreach (string[] row in sheet.Rows)
                table.AddRow([.. row.Select(Markup.Escape)]);

            console.WriteLine();
            console.Write(table);
        }
    }
}
