namespace Mptcp.Tool.Rendering;

static class Sparkline
{
    const string Bars = "▁▂▃▄▅▆▇█";

    /// <summary>Returns a bar for each value, from 0 to the highest.</summary>
    internal static string Of(IReadOnlyCollection<double> values)
    {
        double highest = values.DefaultIfEmpty().Max();
        return highest <= 0 ? "" : string.Concat(values.Select(value => Bars[(int)Math.Clamp(value / highest * (Bars.Length - 1), 0, Bars.Length - 1)]));
    }
}
