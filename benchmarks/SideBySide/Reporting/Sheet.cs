namespace SideBySide.Reporting;

/// <summary>A table that can be written in several formats.</summary>
/// <param name="Title">The heading.</param>
/// <param name="Explanation">The text above the table; may be empty.</param>
/// <param name="Header">The names of the columns.</param>
/// <param name="Rows">The cells.</param>
sealed record Sheet(string Title, string Explanation, string[] Header, string[][] Rows)
{
    /// <summary>The plot that eng/plot draws from the table; null if there is none.</summary>
    internal Picture? Picture => Picture.Find(Title);
}
