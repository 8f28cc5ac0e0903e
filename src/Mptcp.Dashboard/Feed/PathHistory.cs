namespace Mptcp.Dashboard.Feed;

/// <summary>The last ten minutes of a path: 600 points, 4,800 bytes.</summary>
sealed class PathHistory
{
    internal const int Length = 600;

    readonly PathPoint[] _points = new PathPoint[Length];
    long _last = -1;

    /// <summary>Sets the point of a second. It holds for skipped seconds, too, if a look was only late. Otherwise they stay empty: nobody watched.</summary>
    internal void Add(long second, PathPoint point)
    {
        bool isLate = _last >= 0 && second - _last <= TrackedPath.LongestGap;
        for (long skipped = Math.Max(_last + 1, second - Length + 1); skipped < second; skipped++)
            _points[skipped % Length] = isLate ? point : default;

        _points[second % Length] = point;
        _last = second;
    }

    internal PathPoint this[long second] => second > _last || second < 0 || second <= _last - Length ? default : _points[second % Length];

    /// <summary>Copies the points since a second.</summary>
    internal PathPoint[] Copy(long first, int count) => [.. Enumerable.Range(0, count).Select(i => this[first + i])];
}
