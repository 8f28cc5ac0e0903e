using SideBySide.Measuring;

namespace SideBySide.Reporting;

/// <summary>What a figure of this library's is to be.</summary>
/// <param name="What">The figure, and beside what.</param>
/// <param name="Figure">Turn by turn.</param>
/// <param name="Limit">What its median is to reach, or not to exceed.</param>
/// <param name="IsLeast">Whether to reach it.</param>
/// <param name="Unit">Of a figure that is no ratio.</param>
sealed record Goal(string What, Series Figure, double Limit, bool IsLeast, string Unit = "")
{
    /// <summary>By the whole interval in which the median lies, so that another run says the same.</summary>
    internal string Verdict
    {
        get
        {
            (bool isLowWell, bool isHighWell) = (IsWell(Figure.Interval.Low), IsWell(Figure.Interval.High));
            return isLowWell && isHighWell ? "met" : isLowWell || isHighWell ? "undecided" : "MISSED";
        }
    }

    internal string LimitText => $"{(IsLeast ? "≥" : "≤")} {Limit:0.##}{Unit}";

    internal string FigureText => $"{Figure.ToString("0.000")}{Unit}";

    bool IsWell(double value) => IsLeast ? value >= Limit : value <= Limit;
}
