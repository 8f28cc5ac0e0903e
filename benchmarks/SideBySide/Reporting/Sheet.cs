namespace SideBySide.Reporting;

/// <summary>A table that can be written in several formats.</summary>
sealed record Sheet(string Title, string Explanation, string[] Header, string[][] Rows);
