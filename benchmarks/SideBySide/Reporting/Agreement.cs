using System.Globalization;
using System.Text.RegularExpressions;

namespace SideBySide.Reporting;

/// <summary>Compares a run with the previous one: the method is good if the intervals of both contain common values.</summary>
static partial class Agreement
{
    const string Ratio = "ours ÷ its";

    /// <summary>Returns a table of the intervals that have no common value.</summary>
    internal static Sheet Of(Report previous, Report report)
    {
        Dictionary<string, string> before = Cells(previous).ToDictionary(cell => cell.Key, cell => cell.Text);
        (string Key, string Text)[] common = [.. Cells(report).Where(cell => before.ContainsKey(cell.Key))];
        string[][] apart = [.. common.Where(cell => AreApart(before[cell.Key], cell.Text)).Select(cell => new[] { cell.Key, before[cell.Key], cell.Text })];
        return new Sheet(
            "Agreement with the previous run",
            $"The previous run: {previous.Introduction.Split(". In each turn")[0]}. In {common.Length - apart.Length} of {common.Length} figures, the intervals of both runs "
            + "have common values. A ratio is compared in place of the figure that it is made from. These figures disagree:",
            ["figure", "previous run", "this run"],
            apart.Length > 0 ? apart : [["none", "", ""]]);
    }

    /// <summary>Returns each figure with an interval. The speed of a program depends on the day; its ratio to another one should not.</summary>
    static IEnumerable<(string Key, string Text)> Cells(Report report) =>
        from sheet in report.Sheets
        from row in sheet.Rows
        from column in Enumerable.Range(1, sheet.Header.Length - 1)
        where column + 1 >= sheet.Header.Length || sheet.Header[column + 1] != Ratio
        where IntervalPattern().IsMatch(row[column])
        select ($"{sheet.Title}: {row[0]}: {(sheet.Header[column] == Ratio ? $"{sheet.Header[column - 1]}, ratio" : sheet.Header[column])}", row[column]);

    static bool AreApart(string one, string other)
    {
        ((double Low, double High) first, (double Low, double High) second) = (Interval(one), Interval(other));
        return first.High < second.Low || second.High < first.Low;
    }

    static (double Low, double High) Interval(string text)
    {
        Match match = IntervalPattern().Match(text);
        return (Number(match.Groups["low"].Value), Number(match.Groups["high"].Value));
    }

    static double Number(string text) => double.Parse(text, NumberStyles.Float | NumberStyles.AllowThousands, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"\((?<low>-?[\d,.]+)–(?<high>-?[\d,.]+)\)")]
    private static partial Regex IntervalPattern();
}
