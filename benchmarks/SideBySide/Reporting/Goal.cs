using SideBySide.Measuring;

namespace SideBySide.Reporting;

/// <summary>What a figure of this library's is to be.</summary>
/// <param name="What">The figure, and beside what.</param>
/// <param name="Figure">Round by round.</param>
/// <param name="Limit">What its median is to reach, or not to exceed.</param>
/// <param name="IsLeast">Whether to reach it.</param>
/// <param name="Unit">Of a figure that is no ratio.</param>
sealed record Goal(string What, Series Figure, double Limit, bool IsLeast, string Unit = "")
{
    internal bool IsMet => IsLeast ? Figure.Median >= Limit : Figure.Median <= Limit;

    internal string LimitText => $"{(IsLeast ? "≥" : "≤")} {Limit:0.##}{Unit}";

    internal string FigureText => $"{Figure.ToString("0.000")}{Unit}";
}
