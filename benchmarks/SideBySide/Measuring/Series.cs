namespace SideBySide.Measuring;

/// <summary>The same figure, from each turn.</summary>
sealed record Series(IReadOnlyList<double> Values)
{
    const double Doubt = 0.05;

    readonly double[] _sorted = [.. Values.Order()];

    internal bool IsKnown => !Values.Any(double.IsNaN);

    internal double Median => (_sorted[(_sorted.Length - 1) / 2] + _sorted[_sorted.Length / 2]) / 2;

    /// <summary>
    /// Between which values the median of all possible turns lies with at least 95 %, whatever their distribution: two order statistics, by the
    /// binomial distribution. Fewer than six values cannot say so much; then these are the least and the most.
    /// </summary>
    internal (double Low, double High) Interval
    {
        get
        {
            int count = _sorted.Length, outside = 0;
            double probability = Math.Pow(0.5, count), tail = probability; // that at most so many values lie below the median
            while (2 * tail <= Doubt)
            {
                outside++;
                probability *= (count - outside + 1) / (double)outside;
                tail += probability;
            }

            int first = Math.Max(outside - 1, 0);
            return (_sorted[first], _sorted[count - 1 - first]);
        }
    }

    /// <summary>For what must not happen in any turn.</summary>
    internal Series Worst => new([_sorted[^1]]);

    /// <summary>Turn by turn, since what disturbs a turn disturbs all that is measured in it.</summary>
    internal Series DividedBy(Series other) => new([.. Values.Zip(other.Values, (mine, others) => mine / others)]);

    internal string ToString(string format) => !IsKnown
        ? ""
        : Values.Count == 1
            ? Median.ToString(format, null)
            : $"{Median.ToString(format, null)} ({Interval.Low.ToString(format, null)}–{Interval.High.ToString(format, null)})";
}
