using System.Diagnostics;
using System.Globalization;
using SideBySide.Measuring;

namespace SideBySide.Questions;

/// <summary>All connections of a host, of any process.</summary>
static class WholeHost
{
    internal const string List = "Listing connections", Watch = "Watching connections";

    const int RunsOfSs = 3;

    internal static readonly Contestant Ss = Contestant.CEpoll with { Name = "ss" };

    internal static readonly Measure
        Each = new("µs each", "N2"),
        Further = new("each beyond a tenth, µs", "N2"),
        Growth = new("each of all ÷ of a tenth", "N2", IsCompared: false),
        Allocated = new("allocated, bytes each", "N0", IsCompared: false),
        SubflowsEach = new("with subflows: µs each", "N2"),
        SubflowsAllocated = new("with subflows: allocated, bytes each", "N0", IsCompared: false),
        Connections = new("connections/s", "N0", IsCompared: false),
        Missing = new("events missing", "N0", IsCompared: false);

    internal static Question[] Questions(Effort effort) =>
    [
        new(List,
            $"{effort.Open:N0} connections of a host, both ends counted: MptcpConnections.List without subflows against ss -Mian, and with subflows against ss -Mtian. "
            + "The time of ss, which writes to /dev/null, includes the start of its process. The time of each connection beyond the first tenth does not.",
            [Each, Further, Growth, Allocated, SubflowsEach, SubflowsAllocated], [Ss, Contestant.Library],
            contestant => contestant == Ss ? ListWithSsAsync(effort) : ListAsync(contestant, effort)),

        new(Watch,
            "MptcpEventMonitor with its default buffer, while a client connects and closes as fast as it can, 16 connections at a time. Both are the C program "
            + "with epoll. Each connection has three events at each end. The number of events must equal the number that the kernel has counted.",
            [Connections, new("events read", "N0", IsCompared: false), new("monitor's CPU, µs an event", "N1", IsCompared: false), Missing], [Contestant.Library],
            contestant => WatchAsync(contestant, effort)),
    ];

    static async Task<double[]> ListAsync(Contestant contestant, Effort effort)
    {
        using var arena = new Arena();
        await using var server = RunningProgram.Start(arena.Host, [.. contestant.Peer.Server, "sink", Arena.Address]);
        await using var client = RunningProgram.Start(
            arena.Host,
            [.. contestant.Client, "list", Arena.Address, await server.ReadPortAsync(), Invariant(effort.Open / 2), Invariant(effort.Measured / 2)]);
        await client.AwaitBeginAsync();
        Dictionary<string, double> figures = await client.ReadFiguresAsync();
        ProtocolCheck.Check(arena.Host, contestant);
        return
        [
            .. Times(figures["few"], figures["all"]), figures["allocated"], figures["subflows"] * 1e6, figures["subflows-allocated"],
        ];
    }

    static async Task<double[]> ListWithSsAsync(Effort effort)
    {
        using var arena = new Arena();
        await using var server = RunningProgram.Start(arena.Host, [.. Ss.Server, "sink", Arena.Address]);
        string port = await server.ReadPortAsync();
        int all = effort.Open, tenth = all / 10;
        await using RunningProgram first = await HoldAsync(tenth / 2);
        double few = Time("-Mian") / tenth;
        await using RunningProgram others = await HoldAsync((all - tenth) / 2);
        double each = Time("-Mian") / all, withSubflows = Time("-Mtian") / all;
        ProtocolCheck.Check(arena.Host, Ss);
        return [.. Times(few, each), double.NaN, withSubflows * 1e6, double.NaN];

        async Task<RunningProgram> HoldAsync(int connections)
        {
            var client = RunningProgram.Start(arena.Host, [.. Ss.Client, "hold", Arena.Address, port, Invariant(connections), "0"]);
            await client.AwaitBeginAsync();
            return client;
        }

        double Time(string options)
        {
            long begun = Stopwatch.GetTimestamp();
            arena.Host.Execute("sh", "-ec", $"for run in $(seq {RunsOfSs}); do ss {options} >/dev/null; done");
            return Stopwatch.GetElapsedTime(begun).TotalSeconds / RunsOfSs;
        }
    }

    /// <summary>Computes the figures from the seconds for a tenth of the connections, and for all.</summary>
    static double[] Times(double tenth, double all) => [all * 1e6, (all - tenth / 10) / 0.9 * 1e6, all / tenth];

    static async Task<double[]> WatchAsync(Contestant contestant, Effort effort)
    {
        using var arena = new Arena();
        await using var server = RunningProgram.Start(arena.Host, [.. contestant.Peer.Server, "sink", Arena.Address]);
        string port = await server.ReadPortAsync();
        await using var monitor = RunningProgram.Start(arena.Host, [.. contestant.Client, "watch", Arena.Address, port, "0", "0"]);
        await monitor.AwaitBeginAsync();
        TimeSpan cpuBefore = await monitor.ReadCpuTimeAsync();
        Stint stint;
        await using (var client = RunningProgram.Start(
            arena.Host, [.. contestant.Peer.Client, "accept", Arena.Address, port, Invariant(effort.WarmUp), Invariant(effort.Transfer)]))
        {
            stint = await Stint.MeasureFirstAsync(client, server);
        }

        Dictionary<string, double> read = await monitor.ReadFiguresAsync();
        ProtocolCheck.Check(arena.Host, contestant);
        IReadOnlyDictionary<string, long> counters = arena.Host.ReadCounters();
        double ends = counters["MPCapableSYNACKRX"] + counters["MPCapableACKRX"];
        double missing = 3 * ends - read["created"] - read["established"] - read["closed"];
        if (missing > 0 && read["losses"] == 0)
            throw new BenchmarkException($"{contestant.Name} has lost {missing} events and does not say so.");

        return [stint.PerSecond, read["operations"], (await monitor.ReadCpuTimeAsync() - cpuBefore).TotalMicroseconds / read["operations"], missing];
    }

    static string Invariant(double number) => number.ToString(CultureInfo.InvariantCulture);
}
