using System.Diagnostics;
using Mptcp.Netlink;

namespace Contestant;

/// <summary>Lists all MPTCP connections of the host, which has few at first, and then many.</summary>
static class Listing
{
    static readonly MptcpConnectionFilter
        s_bare = new() { IncludeSubflows = false },
        s_withSubflows = new() { IncludeSubflows = true };

    internal static async Task MeasureAsync(ISockets sockets, Server server, Stint stint)
    {
        int many = stint.Count;
        var connections = new List<IDisposable>(many);
        await OpenAsync(many / 10);
        Repeat(s_bare, connections.Count, stint.Measured); // warms up
        Repeat(s_withSubflows, connections.Count, stint.Measured);
        Stint.Begin();

        (double fewTime, _) = Repeat(s_bare, connections.Count, stint.Measured / 2);
        await OpenAsync(many);
        (double time, double allocated) = Repeat(s_bare, many, stint.Measured);
        (double subflowsTime, double subflowsAllocated) = Repeat(s_withSubflows, many, stint.Measured);
        Stint.Say(
            ("few", fewTime), ("all", time), ("allocated", allocated), ("subflows", subflowsTime), ("subflows-allocated", subflowsAllocated));

        async Task OpenAsync(int count)
        {
            while (connections.Count < count)
                connections.Add(await sockets.ConnectAsync(server.EndPoint));
        }
    }

    /// <summary>Returns the seconds and bytes for one listed connection.</summary>
    static (double Seconds, double Bytes) Repeat(MptcpConnectionFilter filter, int connections, TimeSpan duration)
    {
        const int ends = 2; // the server is on this host, too
        long listed = 0, allocatedBefore = GC.GetAllocatedBytesForCurrentThread(), begun = Stopwatch.GetTimestamp();
        TimeSpan elapsed;
        do
        {
            int count = MptcpConnections.List(filter).Count;
            if (count != connections * ends)
                throw new InvalidOperationException($"The list has {count} connections in place of {connections * ends}.");

            listed += count;
            elapsed = Stopwatch.GetElapsedTime(begun);
        }
        while (elapsed < duration);
        return (elapsed.TotalSeconds / listed, (double)(GC.GetAllocatedBytesForCurrentThread() - allocatedBefore) / listed);
    }
}
