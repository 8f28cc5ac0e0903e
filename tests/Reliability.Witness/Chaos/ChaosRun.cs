using System.Globalization;
using System.Text.Json;
using Reliability.Conductor;
using Reliability.Roles;

namespace Reliability.Chaos;

/// <summary>
/// Runs clients, a server, a gateway, the endpoints service and the dashboard, and meanwhile changes everything at random. Four independent lanes make the changes, each with a
/// sequence of its own, so that a seed gives the same changes again.
/// </summary>
sealed class ChaosRun(int seed, TimeSpan duration)
{
    const int OnceOpened = 16; // descriptors and timers that .NET keeps in a process, once it has used sockets

    readonly Report _report = new();

    internal async Task<int> RunAsync(CancellationToken cancellationToken)
    {
        string again = string.Create(CultureInfo.InvariantCulture, $"eng/chaos --seed {seed} --minutes {duration.TotalMinutes}");
        _report.Tell(again);
        string[] before = Traces();
        using (var hosts = new Hosts())
            await RunAsync(hosts, cancellationToken);

        if (!Traces().SequenceEqual(before))
            _report.Fail($"This machine was [{string.Join(' ', before)}], and is [{string.Join(' ', Traces())}].");

        return _report.End(again);
    }

    async Task RunAsync(Hosts hosts, CancellationToken cancellationToken)
    {
        await using var programs = await Programs.StartAsync(hosts, _report);
        await using HostProcess clients = await HostProcess.StartRoleAsync(hosts.Client, "clients", JsonSerializer.Serialize(new LoadPlan
        {
            Seed = seed,
            Addresses = hosts.Addresses,
            Connections = 24,
            Exchanges = 40,
            MessageSize = 128 * 1024,
            Pause = 200,
            Ways = Enum.GetValues<Way>(),
            GatewayPort = Programs.GatewayPort,
        }));
        Sample first = clients.Last!;

        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        ending.CancelAfter(duration);
        var faults = new Faults(hosts, programs);
        await Task.WhenAll(
            new Lane("first", faults.OfPath(hosts.First), new Random(seed), _report).RunAsync(ending.Token),
            new Lane("second", [.. faults.OfPath(hosts.Second), .. faults.OfNat()], new Random(seed + 1), _report).RunAsync(ending.Token),
            new Lane("hosts", faults.OfHosts(), new Random(seed + 2), _report).RunAsync(ending.Token),
            new Lane("programs", faults.OfPrograms(), new Random(seed + 3), _report).RunAsync(ending.Token));
        cancellationToken.ThrowIfCancellationRequested();

        if (hosts.FindDeadPaths() is [_, ..] dead)
            _report.Tell($"there is no way over {string.Join(", ", dead)}");

        _report.Tell("the network is whole again, and the clients end");
        if (await clients.EndAsync() is not 0 and var code)
            _report.Fail($"The clients ended with {code}.");

        await programs.EndAsync();
        if (hosts.CountEndpoints() is not 0 and var endpoints)
            _report.Fail($"{endpoints} endpoints are left.");

        Judge(clients, first, programs.Killed);
    }

    void Judge(HostProcess clients, Sample first, IReadOnlyList<(DateTimeOffset From, DateTimeOffset To)> killed)
    {
        (int complete, Outcome[] outcomes) = Clients.ReadOutcomes(clients.Lines);
        _report.Tell($"complete: {complete}");
        foreach (IGrouping<string, Outcome> group in outcomes.GroupBy(outcome => $"{outcome.Kind} {outcome.Way} {outcome.Detail}"))
            _report.Tell($"{group.Key}: {group.Count()}");

        if (complete == 0)
            _report.Fail("No connection was complete.");

        if (Outcome.AreTooManyMisplaced(outcomes, complete))
            _report.Fail("Too many packets were misplaced to blame the kernel.");

        foreach (Outcome outcome in outcomes.Where(outcome => !HasReason(outcome)))
            _report.Fail($"{outcome}");

        Sample last = clients.Last!;
        _report.Tell($"before: {first}, after: {last}");
        if (last.Descriptors > first.Descriptors + OnceOpened || last.Timers > first.Timers + OnceOpened)
            _report.Fail("The clients have left something: see the line before.");

        // An error is a true one: nothing else than the network and the programs gives it. An early end comes from a program that was killed.
        // Some kernels keep a connection without any path, or misplace a packet: docs/reliability.md, "What is not promised".
        bool HasReason(Outcome outcome) => outcome.Kind switch
        {
            Outcome.End.NotConnected or Outcome.End.Broken or Outcome.End.NoPath or Outcome.End.Misplaced => true,
            Outcome.End.Cut => killed.Any(kill => kill.From <= outcome.Ended && kill.To >= outcome.Began),
            _ => false,
        };
    }

    /// <summary>Returns what of a lab could be seen outside: devices and named namespaces.</summary>
    static string[] Traces() => [.. new[] { "/sys/class/net", "/run/netns" }.Where(Directory.Exists).SelectMany(Directory.GetFileSystemEntries).Order()];
}
