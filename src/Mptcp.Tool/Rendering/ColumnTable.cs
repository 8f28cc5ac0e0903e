using System.Text;
using Spectre.Console;

namespace Mptcp.Tool.Rendering;

/// <summary>
/// Rows under headers, without lines between them. On a narrow terminal, the least important columns are left out. Nothing wraps, so a
/// view can be cropped and redrawn.
/// </summary>
sealed class ColumnTable(params Column[] columns)
{
    const int Gap = 2, Narrowest = 8;

    readonly List<string[]> _rows = [];

    internal int Count => _rows.Count;

    /// <summary>Adds a row with one cell for each column, with markup.</summary>
    internal void Add(params string[] cells) => _rows.Add(cells);

    /// <summary>Returns the lines, the headers first, at most <paramref name="width"/> wide.</summary>
    internal IEnumerable<string> Lines(int width)
    {
        int[] widths = [.. columns.Select((column, i) => Math.Max(column.Header.Length, _rows.Select(row => Markup.Remove(row[i]).Length).DefaultIfEmpty().Max()))];
        List<int> shown = Fit(widths, width);
        yield return $"[grey]{Line([.. columns.Select(column => column.Header)])}[/]";
        foreach (string[] row in _rows)
            yield return Line(row);

        string Line(string[] cells)
        {
            var line = new StringBuilder();
            foreach (int i in shown)
            {
                bool isLast = i == shown[^1];
                line.Append(Pad(cells[i], widths[i], columns[i].IsNumber, isLast));
                if (!isLast)
                    line.Append(' ', Gap);
            }

            return line.ToString();
        }
    }

    /// <summary>Leaves out columns, and then narrows the widest one, until there is enough room.</summary>
    List<int> Fit(int[] widths, int width)
    {
        List<int> shown = [.. Enumerable.Range(0, columns.Length)];
        while (Total() > width && shown.Where(i => columns[i].Importance > 0).ToList() is { Count: > 0 } optional)
            shown.Remove(optional.MaxBy(i => columns[i].Importance));

        while (Total() > width && shown.MaxBy(i => widths[i]) is var widest && widths[widest] > Narrowest)
            widths[widest]--;

        return shown;

        int Total() => shown.Sum(i => widths[i]) + Gap * (shown.Count - 1);
    }

    static string Pad(string cell, int width, bool isNumber, bool isLast)
    {
        string text = Markup.Remove(cell);
        if (text.Length > width)
            return Markup.Escape($"{text[..(width - 1)]}…");

        string padding = new(' ', width - text.Length);
        return isNumber ? padding + cell : isLast ? cell : cell + padding;
    }
}
