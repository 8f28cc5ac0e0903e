namespace Reliability.Soak;

/// <summary>A quantity over time, and whether it grows.</summary>
/// <remarks>
/// The slope is that of Theil and Sen: the median of the slopes between all pairs of points. The noise is the median distance of the points from that line.
/// The quantity grows if the line rises by more than four times the noise, and by more than <paramref name="Allowance"/>, over the run.
/// </remarks>
/// <param name="Name">The quantity.</param>
/// <param name="Unit">The unit of the values, for people.</param>
/// <param name="Allowance">The growth that does not count, because one-time work continues for a while.</param>
/// <param name="Points">The points, in order.</param>
sealed record Series(string Name, string Unit, double Allowance, IReadOnlyList<(double Minutes, double Value)> Points)
{
    const double Distances = 4;

    double? _slope;
    double? _intercept;

    /// <summary>Gets the slope, per minute.</summary>
    internal double Slope => _slope ??= Median(Slopes());

    internal double Intercept => _intercept ??= Median(Points.Select(point => point.Value - Slope * point.Minutes));

    internal double Noise => Median(Points.Select(point => Math.Abs(point.Value - Slope * point.Minutes - Intercept)));

    /// <summary>Gets by how much the line rises over the run.</summary>
    internal double Growth => Slope * (Points[^1].Minutes - Points[0].Minutes);

    internal bool IsFlat => Growth <= Math.Max(Distances * Noise, Allowance);

    internal double MedianValue => Median(Points.Select(point => point.Value));

    internal double Most => Points.Max(point => point.Value);

    IEnumerable<double> Slopes() =>
        from first in Enumerable.Range(0, Points.Count)
        from second in Enumerable.Range(first + 1, Points.Count - first - 1)
        select (Points[second].Value - Points[first].Value) / (Points[second].Minutes - Points[first].Minutes);

    static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted.Length == 0 ? 0 : (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
