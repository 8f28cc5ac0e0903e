using System.Globalization;
using SideBySide.Measuring;

namespace SideBySide.Reporting;

/// <summary>Everything that is said in the end.</summary>
sealed record Report(string Introduction, Sheet[] Sheets)
{
    internal static Report Of(Answer[] answers, int rounds, TimeSpan duration, double load)
    {
        string when = DateTime.UtcNow.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        string introduction =
            $"{Machine.Describe()}; {when}; load before: {load:0.00}. "
            + $"{rounds} interleaved {(rounds == 1 ? "round" : "rounds")} in {duration.TotalMinutes:N1} minutes: the median and, in brackets, the least and the most. "
            + "\"Ours ÷ its\" is this library's figure divided by that of the row, the median of the rounds' quotients.";
        Goal[] goals = [.. Goals.Of(answers)];
        return new Report(introduction, [.. goals.Length == 0 ? Array.Empty<Sheet>() : [ToSheet(goals)], .. answers.Select(ToSheet)]);
    }

    static Sheet ToSheet(Goal[] goals) => new(
        "Goals",
        "",
        ["what", "goal", "is", ""],
        [.. goals.Select(goal => new[] { goal.What, goal.LimitText, goal.FigureText, goal.IsMet ? "met" : "MISSED" })]);

    static Sheet ToSheet(Answer answer)
    {
        Measure[] measures = answer.Question.Measures;
        return new Sheet(
            answer.Question.Title,
            answer.Question.Explanation,
            ["", .. measures.SelectMany(measure => measure.IsCompared ? new[] { measure.Name, "ours ÷ its" } : [measure.Name])],
            [.. answer.Question.Contestants.Select(contestant => Row(answer, contestant))]);
    }

    static string[] Row(Answer answer, Contestant contestant) =>
        [contestant.Name, .. answer.Question.Measures.SelectMany(measure => Cells(answer, contestant, measure))];

    static IEnumerable<string> Cells(Answer answer, Contestant contestant, Measure measure)
    {
        Series figures = answer.Get(contestant, measure);
        yield return figures.ToString(measure.Format);
        if (!measure.IsCompared)
            yield break;

        bool hasRatio = contestant != Contestant.Library && figures.IsKnown;
        yield return hasRatio ? answer.Ratio(contestant, measure).Median.ToString("N2", CultureInfo.InvariantCulture) : "";
    }
}
