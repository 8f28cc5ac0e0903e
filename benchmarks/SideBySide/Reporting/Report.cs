using System.Globalization;
using SideBySide.Measuring;

namespace SideBySide.Reporting;

/// <summary>The report at the end.</summary>
sealed record Report(string Introduction, Sheet[] Sheets)
{
    /// <param name="answers">The answers of all questions.</param>
    /// <param name="hasGoals">Whether the contestants of the goals were measured.</param>
    /// <param name="machine">The machine and its load.</param>
    /// <param name="duration">The duration of the measurements.</param>
    internal static Report Of(Answer[] answers, bool hasGoals, string machine, TimeSpan duration)
    {
        string when = DateTime.UtcNow.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        string introduction =
            $"{machine}; {when}; {duration.TotalMinutes:N1} minutes. In each turn every contestant of a question has a stint, in the opposite order of the turn "
            + "before. A figure is the median of the turns, and in brackets is the interval in which the true median lies with 95 % (of fewer than six turns, "
            + "all of them). \"Ours ÷ its\" is this library's figure divided by that of the row, turn by turn. \"This library, again\" is a second "
            + "client and server of the same program: the method cannot detect differences smaller than the distance of its ratio from 1.";
        Goal[] goals = hasGoals ? [.. Goals.Of(answers)] : [];
        Answer[] repeated = [.. answers.Where(answer => answer.Question.Contestants.Contains(Contestant.LibraryAgain))];
        return new Report(
            introduction,
            [
                .. goals.Length == 0 ? Array.Empty<Sheet>() : [ToSheet(goals)],
                .. repeated.Length == 0 ? Array.Empty<Sheet>() : [ErrorOfMethod(repeated)],
                .. answers.Select(ToSheet),
            ]);
    }

    /// <summary>Shows how far the ratio of the same program to itself is from 1.</summary>
    static Sheet ErrorOfMethod(Answer[] answers) => new(
        "This library against itself",
        "The ratio of the same program to itself, in the first column of each table. An interval without 1 shows an error of the method, or chance: one of 20 is expected to.",
        ["what", "ratio", "1 is in the interval"],
        [.. answers.Select(answer => (answer.Question.Title, Ratio: answer.Ratio(Contestant.LibraryAgain, answer.Question.Measures[0])))
            .Select(row => new[] { row.Title, row.Ratio.ToString("N3"), row.Ratio.Interval is { Low: <= 1, High: >= 1 } ? "yes" : "NO" })]);

    static Sheet ToSheet(Goal[] goals) => new(
        "Goals",
        "",
        ["what", "goal", "is", ""],
        [.. goals.Select(goal => new[] { goal.What, goal.LimitText, goal.FigureText, goal.Verdict })]);

    static Sheet ToSheet(Answer answer)
    {
        Measure[] measures = answer.Question.Measures;
        return new Sheet(
            answer.Question.Title,
            $"{answer.Question.Explanation} {answer.Turns} {(answer.Turns == 1 ? "turn" : "turns")}, {answer.Repeated} disturbed and repeated.",
            ["", .. measures.SelectMany(measure => measure.IsCompared ? new[] { measure.Name, "ours ÷ its" } : [measure.Name])],
            [.. answer.Question.Contestants.Select(contestant => Row(answer, contestant))]);
    }

    static string[] Row(Answer answer, Contestant contestant) =>
        [contestant.Name, .. answer.Question.Measures.SelectMany(measure => Cells(answer, contestant, measure))];

    static IEnumerable<string> Cells(Answer answer, Contestant contestant, Measure measure)
    {
        Series figures = answer.Get(contestant, measure);
        yield return measure.HasInterval || !figures.IsKnown ? figures.ToString(measure.Format) : figures.Median.ToString(measure.Format, CultureInfo.InvariantCulture);
        if (!measure.IsCompared)
            yield break;

        bool hasRatio = contestant != Contestant.Library && figures.IsKnown;
        yield return hasRatio ? answer.Ratio(contestant, measure).ToString("N2") : "";
    }
}
