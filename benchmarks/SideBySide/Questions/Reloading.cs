using System.Globalization;
using SideBySide.Measuring;

namespace SideBySide.Questions;

/// <summary>A server whose configuration changes under load.</summary>
static class Reloading
{
    internal const string Reload = "Reloading an endpoint";

    const int ConnectionsOfTheLibrary = 2; // the clients' process accepts them itself: the library checks its graft once

    internal static readonly Measure
        Refused = new("refused", "N0", IsCompared: false),
        Lost = new("lost", "N0", IsCompared: false),
        Longest = new("longest wait, ms", "N0", IsCompared: false);

    // The clients are the same for both.
    static readonly Contestant s_kestrel = Contestant.PlainTcp with { Name = "Kestrel alone", Client = Contestant.Library.Client };

    internal static Question[] Questions(Effort effort) =>
    [
        new(Reload,
            $"Kestrel reloads the configuration of an endpoint every 0.6 s, for {Invariant(effort.Transfer)} s a turn. Two HttpClients send requests repeatedly, each "
            + "on a new connection, one over Multipath TCP and one over TCP. A refused client tries again after 1 ms, and the longest wait is the time from its first "
            + "attempt to the answer. A third client always has a pending request, which takes 0.3 s. Kestrel waits for pending requests before it listens "
            + "again. This library also waits up to half a second for the first request of a new connection. The number of served requests says nothing about the "
            + "speed of the server, because it reloads most of the time.",
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
        if (contestant.IsMptcp != arena.Host.ReadCounters()["MPCapableACKRX"] > ConnectionsOfTheLibrary)
            throw new BenchmarkException($"{contestant.Name} {(contestant.IsMptcp ? "did not accept" : "accepted")} Multipath TCP.");

        return [figures["operations"], figures["refused"], figures["lost"], figures["longest"] * 1e3];
    }

    static string Invariant(double number) => number.ToString(CultureInfo.InvariantCulture);
}
