using System.Globalization;
using System.Text;
using Mptcp.Dashboard.Charts;
using Mptcp.Dashboard.Feed;
using Mptcp.Dashboard.Html;

namespace Mptcp.Dashboard.Pages;

/// <summary>
/// The charts of a connection. The drawing stretches with the page, so all text stands around it as HTML. Paths differ by pattern and by the dashes of their line, not only by colour.
/// </summary>
static class Chart
{
    const double Width = 1000, Height = 200;

    internal static Markup Throughput(IReadOnlyList<(PathView Path, PathPoint[] Points)> paths, int seconds, IReadOnlyList<double> marks)
    {
        var stack = Stack.Of([.. paths.Select(path => path.Points)], seconds);
        IEnumerable<Markup> areas = paths.Select((path, i) => (Markup)$"""<path class="area p{Parts.Pattern(path.Path)}" d="{Area(path.Points, stack.Layers[i], stack.Top)}"/>""");
        string now = string.Join(", ", paths.Select(path => $"path {path.Path.Number} over {path.Path.Reading.Interface} {Text.Rate(path.Path.Rate)}"));
        return Frame(
            "Throughput, stacked by path", $"Throughput of the last {seconds} seconds, stacked by path. Now: {now}.", Text.Rate(stack.Top), Text.Rate(stack.Top / 2), seconds, marks, $"{areas}");
    }

    internal static Markup Rtt(IReadOnlyList<(PathView Path, PathPoint[] Points)> paths, int seconds, IReadOnlyList<double> marks)
    {
        double top = Axis.RoundUp(paths.SelectMany(path => path.Points).Max(point => point.RttMilliseconds) ?? 0, least: 0.1);
        IEnumerable<Markup> lines = paths.Select(path => (Markup)$"""<path class="line p{Parts.Pattern(path.Path)}" d="{Line(path.Points, top)}"/>""");
        string now = string.Join(", ", paths.Select(path => $"path {path.Path.Number} over {path.Path.Reading.Interface} {Text.Milliseconds(path.Path.Reading.RttMilliseconds)}"));
        return Frame(
            "Round-trip time", $"Round-trip times of the last {seconds} seconds. Now: {now}.", Text.Milliseconds(top), Text.Milliseconds(top / 2), seconds, marks, $"{lines}");
    }

    /// <summary>One row a path: thick while it carried data, thin while it was only there.</summary>
    internal static Markup Lives(IReadOnlyList<(PathView Path, PathPoint[] Points)> paths, int seconds) => $"""
        <ul class="lives">{paths.Select(path => (Markup)$"""
            <li><span class="name">{Parts.Swatch(path.Path)} <bdi>{path.Path.Reading.Interface}</bdi></span>
            <svg viewBox="0 0 {Width} 20" preserveAspectRatio="none" role="img" aria-label="Path {path.Path.Number}: carried data in {path.Points.Count(point => point.Rate > 0)} of the last {seconds} seconds">
            {Runs(path.Points, point => point.IsSeen).Select(run => Bar(run, seconds, 8, 4, "there"))}
            {Runs(path.Points, point => point.Rate > 0).Select(run => Bar(run, seconds, 2, 16, $"area p{Parts.Pattern(path.Path)}"))}
            </svg> {Parts.Status(path.Path)}</li>
            """)}</ul>
        """;

    /// <summary>The patterns, once a page.</summary>
    internal static Markup Patterns => $"""
        <svg class="patterns" aria-hidden="true" focusable="false"><defs>{Enumerable.Range(1, 8).Select(Pattern)}</defs></svg>
        """;

    /// <summary>Returns the stretches in which a condition holds, as first second and length.</summary>
    internal static IEnumerable<(int First, int Length)> Runs(PathPoint[] points, Predicate<PathPoint> holds)
    {
        for (int i = 0; i < points.Length; i++)
        {
            int first = i;
            while (i < points.Length && holds(points[i]))
                i++;

            if (i > first)
                yield return (first, i - first);
        }
    }

    static Markup Frame(string title, string description, string top, string middle, int seconds, IReadOnlyList<double> marks, Markup drawing) => $"""
        <figure class="chart"><figcaption>{title}</figcaption>
        <div class="y" aria-hidden="true"><span>{top}</span><span>{middle}</span><span>0</span></div>
        <svg viewBox="0 0 {Width} {Height}" preserveAspectRatio="none" role="img" aria-label="{description}">
        <path class="grid" d="M0 1H{Width}M0 {Height / 2}H{Width}M0 {Height - 1}H{Width}"/>
        {drawing}
        {marks.Select(at => (Markup)$"""<path class="mark" d="M{X(at, seconds)} 0V{Height}"/>""")}
        </svg>
        <div class="x" aria-hidden="true"><span>{Ago(seconds)}</span><span>{Ago(seconds / 2)}</span><span>now</span></div>
        </figure>
        """;

    static string Ago(int seconds) => seconds % 120 == 0 ? $"{seconds / 60} min ago" : $"{seconds} s ago";

    static Markup Bar((int First, int Length) run, int seconds, double y, double height, string style) =>
        $"""<rect class="{style}" x="{X(run.First, seconds)}" y="{y}" width="{run.Length * Width / seconds}" height="{height}"/>""";

    static double X(double second, int seconds) => second * Width / seconds;

    static double Y(double value, double top) => Height - value / top * (Height - 2) - 1;

    /// <summary>Leaves a gap where nobody watched: a line at 0 would say that nothing was sent.</summary>
    static string Area(PathPoint[] points, (double Low, double High)[] layer, double top)
    {
        var path = new StringBuilder();
        foreach ((int first, int length) in Runs(points, point => point.IsSeen))
        {
            path.Append('M');
            for (int i = first; i < first + length; i++)
                Point(path, i, layer.Length, layer[i].High, top);

            for (int i = first + length - 1; i >= first; i--)
                Point(path, i, layer.Length, layer[i].Low, top);

            path.Append('Z');
        }

        return path.ToString();
    }

    static string Line(PathPoint[] points, double top)
    {
        var path = new StringBuilder();
        foreach ((int first, int length) in Runs(points, point => point.RttMilliseconds is not null))
        {
            path.Append('M');
            for (int i = first; i < first + length; i++)
                Point(path, i, points.Length, points[i].RttMilliseconds ?? 0, top);
        }

        return path.ToString();
    }

    static void Point(StringBuilder path, int i, int count, double value, double top) =>
        path.Append(CultureInfo.InvariantCulture, $"{i * Width / Math.Max(count - 1, 1):0.#} {Y(value, top):0.#} ");

    static Markup Pattern(int number) => $"""
        <pattern id="p{number}" width="8" height="8" patternUnits="userSpaceOnUse"><rect width="8" height="8" class="fill p{number}"/>{Strokes(number)}</pattern>
        """;

    static Markup Strokes(int number) => number switch
    {
        1 => Markup.None,
        2 => $"""<path class="stroke" d="M-2 2L2 -2M0 8L8 0M6 10L10 6"/>""",
        3 => $"""<path class="stroke" d="M0 4H8"/>""",
        4 => $"""<circle class="dot" cx="4" cy="4" r="1.6"/>""",
        5 => $"""<path class="stroke" d="M4 0V8"/>""",
        6 => $"""<path class="stroke" d="M-2 6L2 10M0 0L8 8M6 -2L10 2"/>""",
        7 => $"""<path class="stroke" d="M4 0V8M0 4H8"/>""",
        _ => $"""<path class="stroke" d="M0 0L8 8M8 0L0 8"/>""",
    };
}
