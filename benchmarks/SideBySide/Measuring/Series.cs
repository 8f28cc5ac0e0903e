namespace SideBySide.Measuring;

/// <summary>The values of one figure, one from each turn.</summary>
sealed record Series(IReadOnlyList<double> Values)
{
    const double Doubt = 0.05;

    readonly double[] _sorted = [.. Values.Order()];

    internal bool IsKnown => !Values.Any(double.IsNaN);

    internal double Median => (_sorted[(_sorted.Length - 1) / 2] + _sorted[_sorted.Length / 2]) / 2;

    /// <summary>
    /// Returns an interval that contains the median of all possible turns with a probability of at least 95 %, for any distribution: two order statistics, by the
    /// binomial distribution. With fewer than six values that is impossible; then it is the least and the greatest value.
    /// </summary>
    internal (double Low, double High) Interval
    {
        get
        {
            int count = _sorted.Length, outside = 0;
            double probability = Math.Pow(0.5, count), tail = probability; // the probability that at most this many values lie below the median
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

    /// <summary>Returns the greatest value, for a figure that must be low in every turn.</summary>
    internal Series Worst => new([_sorted[^1]]);

    /// <summary>Divides turn by turn, because a disturbance affects all measurements of a turn.</summary>
    internal Series DividedBy(Series other) => new([.. Values.Zip(other.Values, (mine, others) => mine / others)]);

    internal string ToString(string format) => !IsKnown
        ? ""
        : Values.Count == 1
            ? Median.ToString(format, null)
            : $"{Median.ToString(format, null)} ({Interval.Low.ToString(format, null)}–{Interval.High.ToString(format, null)})";
}
