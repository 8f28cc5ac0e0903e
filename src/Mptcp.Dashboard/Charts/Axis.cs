namespace Mptcp.Dashboard.Charts;

/// <summary>The ends of axes.</summary>
static class Axis
{
    /// <summary>Returns the next 1, 2, 3 or 5 times a power of ten, but not less than the least end, which is such a number, too.</summary>
    internal static double RoundUp(double value, double least = 1)
    {
        if (value <= least)
            return least;

        double power = Math.Pow(10, Math.Floor(Math.Log10(value)));
        return power * (value / power) switch
        {
            <= 1 => 1,
            <= 2 => 2,
            <= 3 => 3,
            <= 5 => 5,
            _ => 10,
        };
    }
}
