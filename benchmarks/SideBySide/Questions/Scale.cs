using System.Globalization;
using SideBySide.Measuring;

namespace SideBySide.Questions;

/// <summary>Many connections of one process.</summary>
static class Scale
{
    internal const string Idle = "Memory of an idle connection", Info = "Asking many connections";

    const int FewToAsk = 100;

    internal static readonly Measure
        Heap = new("managed, bytes each", "N0"),
        Resident = new("private memory, bytes each", "N0"),
        State = new("state, ns", "N0"),
        Information = new("info, ns", "N0"),
        Subflows = new("subflows, ns", "N0"),
        Allocated = new("allocated, bytes", "N0", IsCompared: false);

    internal static Question[] Questions(Effort effort) =>
    [
        new(Idle,
            $"A client with 1,000 and then {effort.Idle:N0} idle connections. The figure is the difference in memory, divided by the number of "
            + "further connections, after a garbage collection. The server is the C program with epoll.",
            [Heap, Resident], [Contestant.PlainTcp, Contestant.Library], contestant => MeasureIdleAsync(contestant, effort)),

        new(Info,
            $"GetMptcpState, TryGetMptcpInfo and TryGetMptcpSubflows of {effort.Open:N0} connections, one after another, and of {FewToAsk}. "
            + "In C, the system calls alone.",
            [State, Information, Subflows, Allocated, new($"subflows of {FewToAsk}, ns", "N0")], [Contestant.CEpoll, Contestant.Library],
            contestant => AskAsync(contestant, effort)),
    ];

    static async Task<double[]> MeasureIdleAsync(Contestant contestant, Effort effort)
    {
        using var arena = new Arena();
        await using var server = RunningProgram.Start(arena.Host, [.. contestant.Peer.Server, "sink", Arena.Address]);
        Dictionary<string, double> figures = await RunClientAsync(arena, contestant.Client, "idle", await server.ReadPortAsync(), effort.Idle, effort.DotNetWarmUp);
        ProtocolCheck.Check(arena.Host, contestant);
        return [figures["heap"], figures["resident"]];
    }

    static async Task<double[]> AskAsync(Contestant contestant, Effort effort)
    {
        using var arena = new Arena();
        await using var server = RunningProgram.Start(arena.Host, [.. contestant.Peer.Server, "sink", Arena.Address]);
        string port = await server.ReadPortAsync();
        Dictionary<string, double> few = await RunClientAsync(arena, contestant.Client, "ask", port, FewToAsk, effort.Measured);
        Dictionary<string, double> many = await RunClientAsync(arena, contestant.Client, "ask", port, effort.Open, effort.Measured);
        ProtocolCheck.Check(arena.Host, contestant);
        return [many["state"] * 1e9, many["info"] * 1e9, many["subflows"] * 1e9, many.GetValueOrDefault("allocated", double.NaN), few["subflows"] * 1e9];
    }

    static async Task<Dictionary<string, double>> RunClientAsync(Arena arena, string[] command, string scenario, string port, int connections, double measured)
    {
        await using var client = RunningProgram.Start(arena.Host, [.. command, scenario, Arena.Address, port, Invariant(connections), Invariant(measured)]);
        await client.AwaitBeginAsync();
        return await client.ReadFiguresAsync();
    }

    static string Invariant(double number) => number.ToString(CultureInfo.InvariantCulture);
}
