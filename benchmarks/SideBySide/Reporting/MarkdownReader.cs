namespace SideBySide.Reporting;

/// <summary>Reads the tables of a page that <see cref="MarkdownWriter"/> wrote.</summary>
static class MarkdownReader
{
    /// <summary>Returns the introduction and the tables, without explanations; null if there is no page.</summary>
    internal static Report? Read(string path)
    {
        if (!File.Exists(path))
            return null;

        string[] sections = File.ReadAllText(path).Split("\n## ");
        string introduction = sections[0].TrimEnd().Split('\n')[^1];
        return new Report(introduction, [.. sections[1..].Select(ReadSheet)]);
    }

    static Sheet ReadSheet(string section)
    {
        string[] lines = section.Split('\n');
        string[][] rows = [.. lines.Where(line => line.StartsWith('|')).Select(line => line.Trim('|').Split('|', StringSplitOptions.TrimEntries))];
        return new Sheet(lines[0], "", rows.FirstOrDefault([]), rows.Length > 2 ? rows[2..] : []);
    }
}
