using System.Text;

namespace SideBySide.Reporting;

static class MarkdownWriter
{
    internal static void Write(string path, Report report)
    {
        var text = new StringBuilder();
        text.Append(
            """
            # Benchmarks

            `benchmarks/run` measures all of this and writes this page: on Linux, as root, in about 15 minutes. Client and server are separate processes on a separate
            host (a network namespace). Each run checks that they used the expected protocol. [benchmarks/FINDINGS.md](../benchmarks/FINDINGS.md) says what was
            changed because of the figures, and why a goal is missed.


            """);
        text.Append(report.Introduction).Append('\n');
        foreach (Sheet sheet in report.Sheets)
        {
            text.Append($"\n## {sheet.Title}\n\n");
            if (sheet.Explanation.Length > 0)
                text.Append(sheet.Explanation).Append("\n\n");

            if (sheet.Picture is { } picture)
                text.Append($"![{picture.Description}](images/{picture.File})\n\n");

            AppendRow(sheet.Header);
            AppendRow(sheet.Header.Select((_, i) => i == 0 ? "---" : "---:"));
            foreach (string[] row in sheet.Rows)
                AppendRow(row);
        }

        File.WriteAllText(path, text.ToString());

        void AppendRow(IEnumerable<string> cells) => text.Append($"| {string.Join(" | ", cells)} |\n");
    }
}
