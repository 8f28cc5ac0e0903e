using System.Globalization;
using SideBySide.Measuring;

namespace SideBySide.Questions;

/// <summary>A server whose configuration changes under load.</summary>
static class Reloading
{
    internal const string Reload = "Reloading an endpoint";

    internal static readonly Measure
        Refused = new("refused", "N0", IsCompared: false),
        Lost = new("lost", "N0", IsCompared: false),
        Longest = new("longest wait, ms", "N0", IsCompared: false);

    // The clients are the same for both.
    static readonly Contestant s_kestrel = Contestant.PlainTcp with { Name = "Kestrel alone", Client = Contestant.Library.Client };

    internal static Question[] Questions(Effort effort) =>
    [
        new(Reload,
            $"Kestrel, an endpoint of which is configured anew every 0.6 s, for {Invariant(effort.Transfer)} s a turn. Two HttpClients ask again and again, each "
            + "time on a new connection, one over Multipath TCP and one over TCP: the longest wait of those is from the first attempt to the answer, and whoever is "
            + "refused asks again after 1 ms. A third's request, which takes 0.3 s, is always under way. Kestrel waits for requests under way before it listens "
            + "again; this library, besides, half a second for the first request of who has just connected. So often reloaded, a server does little else: how many are "
            + "served says nothing of its speed.",
            [new("served", "N0", IsCompared: false), Refused, Lost, Longest], [s_kestrel, Contestant.Library], contestant => ReloadAsync(contestant, effort)),
    ];

    static async Task<double[]> ReloadAsync(Contestant contestant, Effort effort)
    {
        using var arena = new Arena();
        await using var server = RunningProgram.Start(arena.Host, [.. contestant.Server, "reloads", Arena.Address]);
        string port = await server.ReadPortAsync();
        await using var clients = RunningProgram.Start(
            arena.Host, [.. contestant.Client, "reloads", Arena.Address, port, Invariant(effort.WarmUp), Invariant(effort.Transfer)]);
        await clients.AwaitBeginAsync();
        Dictionary<string, double> figures = await clients.ReadFiguresAsync();
        if (contestant.IsMptcp != arena.Host.ReadCounters()["MPCapableACKRX"] > 0)
            throw new BenchmarkException($"{contestant.Name} {(contestant.IsMptcp ? "has taken no" : "takes")} Multipath TCP.");

        return [figures["operations"], figures["refused"], figures["lost"], figures["longest"] * 1e3];
    }

    static string Invariant(double number) => number.ToString(CultureInfo.InvariantCulture);
}
