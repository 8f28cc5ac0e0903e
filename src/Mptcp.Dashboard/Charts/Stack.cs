using Mptcp.Dashboard.Feed;

namespace Mptcp.Dashboard.Charts;

/// <summary>The throughput of several paths, one on top of the other.</summary>
/// <param name="Layers">For each path, the lower and the upper edge at each second, in bytes per second.</param>
/// <param name="Top">The upper end of the axis: a round number of bits per second, in bytes per second.</param>
sealed record Stack(IReadOnlyList<(double Low, double High)[]> Layers, double Top)
{
    internal static Stack Of(IReadOnlyList<PathPoint[]> paths, int count)
    {
        double[] edge = new double[count];
        List<(double, double)[]> layers = [];
        foreach (PathPoint[] points in paths)
        {
            var layer = new (double, double)[count];
            for (int i = 0; i < count; i++)
            {
                double low = edge[i];
                edge[i] += points[i].Rate;
                layer[i] = (low, edge[i]);
            }

            layers.Add(layer);
        }

        return new Stack(layers, Axis.RoundUp(edge.DefaultIfEmpty().Max() * 8) / 8);
    }
}
