using System.Globalization;
using System.Text;

namespace Reliability.Soak;

/// <summary>Draws each series over time, with its trend, as SVG.</summary>
static class SoakPlot
{
    const int Columns = 2, Width = 400, Height = 120, Left = 20, Top = 34, Gap = 20;

    const string Style =
        """
            svg { font: 13px system-ui, -apple-system, 'Segoe UI', sans-serif; }
            .back { fill: #ffffff; stroke: #d0d7de; } text { fill: #1f2328; } .faint { fill: #59636e; font-size: 12px; } .end { text-anchor: end; }
            .points { fill: none; stroke: #0969da; stroke-width: 1.5; } .trend { stroke: #bc4c00; stroke-dasharray: 5 4; } .floor { stroke: #d0d7de; }
            @media (prefers-color-scheme: dark) {
              .back { fill: #0d1117; stroke: #3d444d; } text { fill: #f0f6fc; } .faint { fill: #9198a1; }
              .points { stroke: #4493f8; } .trend { stroke: #f0883e; } .floor { stroke: #3d444d; }
            }
        """;

    internal static string Draw(IReadOnlyList<Series> all)
    {
        int rows = (all.Count + Columns - 1) / Columns, width = Columns * (Width + Gap) + Gap, height = rows * (Height + Top + Gap) + Gap;
        var svg = new StringBuilder();
        svg.Append(CultureInfo.InvariantCulture, $"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" role=\"img\" aria-label=\"Quantities of the soak over time\">\n");
        svg.Append(CultureInfo.InvariantCulture, $"<style>\n{Style}\n</style>\n<rect class=\"back\" x=\"0.5\" y=\"0.5\" width=\"{width - 1}\" height=\"{height - 1}\" rx=\"6\"/>\n");
        foreach ((int i, Series series) in all.Index())
            DrawPanel(svg, series, Left + i % Columns * (Width + Gap), Top + i / Columns * (Height + Top + Gap));

        return svg.Append("</svg>\n").ToString();
    }

    static void DrawPanel(StringBuilder svg, Series series, double x, double y)
    {
        double first = series.Points[0].Minutes, last = series.Points[^1].Minutes, most = Math.Max(series.Most * 1.1, 1e-9);
        svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{x:F0}\" y=\"{y - 8:F0}\">{series.Name}</text>");
        svg.Append(CultureInfo.InvariantCulture, $"<text class=\"faint end\" x=\"{x + Width:F0}\" y=\"{y - 8:F0}\">median {series.MedianValue:F1} {series.Unit}, {series.Slope * 60:+0.00;-0.00} per hour</text>\n");
        svg.Append(CultureInfo.InvariantCulture, $"<line class=\"floor\" x1=\"{x:F0}\" y1=\"{y + Height:F0}\" x2=\"{x + Width:F0}\" y2=\"{y + Height:F0}\"/>");
        svg.Append(CultureInfo.InvariantCulture, $"<text class=\"faint\" x=\"{x:F0}\" y=\"{y + Height + 14:F0}\">0</text><text class=\"faint end\" x=\"{x + Width:F0}\" y=\"{y + Height + 14:F0}\">{last:F0} minutes</text>\n");
        svg.Append(CultureInfo.InvariantCulture, $"<polyline class=\"points\" points=\"{string.Join(' ', series.Points.Select(point => At(point.Minutes, point.Value)))}\"/>\n");
        string[] ends = [.. new[] { first, last }.Select(minutes => At(minutes, series.Intercept + series.Slope * minutes))];
        svg.Append(CultureInfo.InvariantCulture, $"<polyline class=\"trend\" points=\"{ends[0]} {ends[1]}\"/>\n");

        string At(double minutes, double value) => string.Create(CultureInfo.InvariantCulture, $"{x + Width * minutes / last:F1},{y + Height * (1 - value / most):F1}");
    }
}
