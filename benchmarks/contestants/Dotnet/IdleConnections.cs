using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;

namespace Contestant;

/// <summary>Measures the memory of a connection that waits for bytes: the difference between few and many connections.</summary>
static class IdleConnections
{
    const int Few = 1000;

    internal static async Task MeasureAsync(ISockets sockets, Server server, Stint stint)
    {
        await WarmUpAsync(sockets, server, stint.Measured);
        int many = stint.Count;
        var connections = new List<(Socket, Task<int>)>(many);
        await OpenAsync(Few);
        (long heap, long resident) before = Memory();
        await OpenAsync(many);
        (long heap, long resident) after = Memory();

        if (connections.Exists(connection => connection.Item2.IsCompleted))
            throw new InvalidOperationException("A connection has ended.");

        Stint.Begin();
        double more = many - Few;
        Stint.Say(("heap", (after.heap - before.heap) / more), ("resident", (after.resident - before.resident) / more), ("connections", many));

        async Task OpenAsync(int count)
        {
            while (connections.Count < count)
            {
                Socket socket = await sockets.ConnectAsync(server.EndPoint);
                connections.Add((socket, socket.ReceiveAsync(Array.Empty<byte>().AsMemory()).AsTask()));
            }
        }
    }

    /// <summary>Compiled code takes memory, too, but belongs to no connection.</summary>
    static async Task WarmUpAsync(ISockets sockets, Server server, TimeSpan duration)
    {
        long begun = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(begun) < duration)
        {
            using Socket socket = await sockets.ConnectAsync(server.EndPoint);
            socket.Shutdown(SocketShutdown.Send);
            await socket.ReceiveAsync(new byte[1].AsMemory()); // the server closes, too
        }
    }

    /// <summary>Returns the managed memory in use, and the private memory of the process.</summary>
    static (long Heap, long Resident) Memory()
    {
        for (int i = 0; i < 3; i++)
        {
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            GC.WaitForPendingFinalizers();
        }

        string line = File.ReadLines("/proc/self/status").First(line => line.StartsWith("RssAnon:", StringComparison.Ordinal));
        long kibibytes = long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
        return (GC.GetTotalMemory(forceFullCollection: true), kibibytes * 1024);
    }
}
