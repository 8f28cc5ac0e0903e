namespace SideBySide.Measuring;

/// <summary>The same figure, from each round.</summary>
sealed record Series(IReadOnlyList<double> Values)
{
    readonly double[] _sorted = [.. Values.Order()];

    internal bool IsKnown => !Values.Any(double.IsNaN);

    internal double Median => (_sorted[(_sorted.Length - 1) / 2] + _sorted[_sorted.Length / 2]) / 2;

    internal double Least => _sorted[0];

    internal double Most => _sorted[^1];

    /// <summary>For what must not happen in any round.</summary>
    internal Series Worst => new([Most]);

    /// <summary>Round by round, since what disturbs one round disturbs all that is measured in it.</summary>
    internal Series DividedBy(Series other) => new([.. Values.Zip(other.Values, (mine, others) => mine / others)]);

    internal string ToString(string format) => !IsKnown
        ? ""
        : Values.Count == 1
            ? Median.ToString(format, null)
            : $"{Median.ToString(format, null)} ({Least.ToString(format, null)}–{Most.ToString(format, null)})";
}
