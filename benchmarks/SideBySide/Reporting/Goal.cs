using SideBySide.Measuring;

namespace SideBySide.Reporting;

/// <summary>A goal for a figure of this library.</summary>
/// <param name="What">The figure, and what it is compared with.</param>
/// <param name="Figure">The values of the figure, turn by turn.</param>
/// <param name="Limit">The limit that the median must reach, or must not exceed.</param>
/// <param name="IsLeast">Whether the median must reach the limit.</param>
/// <param name="Unit">The unit of a figure that is not a ratio.</param>
sealed record Goal(string What, Series Figure, double Limit, bool IsLeast, string Unit = "")
{
    /// <summary>Decides by the whole interval of the median, so that another run comes to the same result.</summary>
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
