using System.Diagnostics;
using System.Net.Sockets;
using Mptcp.Sockets;

namespace Contestant;

/// <summary>Reads the state, information and subflows of many connections.</summary>
static class Questions
{
    static readonly MptcpSubflow[] s_subflows = new MptcpSubflow[8];

    internal static async Task AskAsync(ISockets sockets, Server server, Stint stint)
    {
        var connections = new List<Socket>();
        while (connections.Count < stint.Count)
            connections.Add(await sockets.ConnectAsync(server.EndPoint));

        (string Name, Action<Socket> Ask)[] questions =
        [
            ("state", AskState),
            ("info", AskInfo),
            ("subflows", AskSubflows),
        ];
        TimeSpan each = stint.Measured / questions.Length;
        foreach ((_, Action<Socket> ask) in questions)
            Repeat(connections, ask, each); // warms up

        Stint.Begin();
        long allocated = 0;
        var figures = new List<(string, double)>();
        foreach ((string name, Action<Socket> ask) in questions)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            double seconds = Repeat(connections, ask, each);
            allocated += GC.GetAllocatedBytesForCurrentThread() - before;
            figures.Add((name, seconds));
        }

        Stint.Say([.. figures, ("allocated", allocated)]);
    }

    /// <summary>Returns the seconds for each.</summary>
    static double Repeat(List<Socket> connections, Action<Socket> ask, TimeSpan duration)
    {
        long asked = 0, begun = Stopwatch.GetTimestamp();
        TimeSpan elapsed;
        do
        {
            foreach (Socket connection in connections)
                ask(connection);

            asked += connections.Count;
            elapsed = Stopwatch.GetElapsedTime(begun);
        }
        while (elapsed < duration);
        return elapsed.TotalSeconds / asked;
    }

    static void AskState(Socket connection) => Check(connection.GetMptcpState() == MptcpState.Mptcp);

    static void AskInfo(Socket connection) => Check(connection.TryGetMptcpInfo(out _));

    static void AskSubflows(Socket connection)
    {
        Check(connection.TryGetMptcpSubflows(s_subflows, out int count) && count > 0);
    }

    static void Check(bool isMptcp)
    {
        if (!isMptcp)
            throw new InvalidOperationException("A connection is not Multipath TCP.");
    }
}
