namespace Mptcp.Dashboard.Feed;

/// <summary>A connection at one moment.</summary>
sealed record ConnectionView(ConnectionReading Reading, IReadOnlyList<PathView> Paths)
{
    /// <summary>The other side; null if the gateway of this process does not relay the connection.</summary>
    internal RelayedSide? Relayed { get; init; }

    internal double Rate => Paths.Sum(path => path.Rate);

    internal double? LowestRtt => Paths.Min(path => path.Reading.RttMilliseconds);
}
