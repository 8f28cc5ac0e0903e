namespace Mptcp.Dashboard.Feed;

/// <summary>A connection at one moment.</summary>
sealed record ConnectionView(ConnectionReading Reading, IReadOnlyList<PathView> Paths)
{
    internal double Rate => Paths.Sum(path => path.Rate);

    internal double? LowestRtt => Paths.Min(path => path.Reading.RttMilliseconds);
}
