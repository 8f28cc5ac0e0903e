using Mptcp.Dashboard.Feed;
using static Mptcp.Dashboard.Tests.Support.FakeHost;

namespace Mptcp.Dashboard.Tests;

/// <summary>Runs when all other tests have ended, because it measures the memory of the process.</summary>
[Collection(nameof(MemoryTests))]
[CollectionDefinition(nameof(MemoryTests), DisableParallelization = true)]
public class MemoryTests
{
    [Fact]
    public void Five_thousand_connections_with_ten_minutes_of_history_take_less_than_64_MiB()
    {
        var store = new HistoryStore(new EventLog());
        ConnectionReading[] connections = [.. Enumerable.Range(1, 5_000).Select(number => Connection(number, "wifi", "cell"))];
        long before = GC.GetTotalMemory(forceFullCollection: true);

        for (int second = 0; second < PathHistory.Length; second += TrackedPath.LongestGap)
            store.Add(connections, TimeSpan.FromSeconds(second), DateTimeOffset.UnixEpoch, logPaths: false);

        long after = GC.GetTotalMemory(forceFullCollection: true);
        (after - before).Should().BeLessThan(64 * 1024 * 1024);
        (PathView Path, PathPoint[] Points)[] paths = store.Read(5_000, 0, PathHistory.Length);
        paths.Should().HaveCount(2);
        foreach ((_, PathPoint[] points) in paths)
            points[TrackedPath.LongestGap..^(TrackedPath.LongestGap - 1)].Should().OnlyContain(point => point.IsSeen, "there was a look every five seconds, from the second one on");

        GC.KeepAlive(connections);
    }
}
