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

            Written by `benchmarks/run`, which measures all of this anew: on Linux, as root, in about 15 minutes. Each figure is from a client and a server in
            processes of their own, on a host of their own (a network namespace); that those which should speak Multipath TCP did so is checked in each run.
            What the figures led to, and why a goal is missed: [benchmarks/FINDINGS.md](../benchmarks/FINDINGS.md).


            """);
        text.Append(report.Introduction).Append('\n');
        foreach (Sheet sheet in report.Sheets)
        {
            text.Append($"\n## {sheet.Title}\n\n");
            if (sheet.Explanation.Length > 0)
                text.Append(sheet.Explanation).Append("\n\n");

            AppendRow(sheet.Header);
            AppendRow(sheet.Header.Select((_, i) => i == 0 ? "---" : "---:"));
            foreach (string[] row in sheet.Rows)
                AppendRow(row);
        }

        File.WriteAllText(path, text.ToString());

        void AppendRow(IEnumerable<string> cells) => text.Append($"| {string.Join(" | ", cells)} |\n");
    }
}
