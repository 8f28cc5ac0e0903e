using System.Globalization;
using System.Net;
using System.Text.Json;
using Mptcp.Sockets;

namespace Reliability.Roles;

/// <summary>Keeps a number of connections to the echo server, each of which is followed by another one. Prints each that did not end well.</summary>
sealed class Clients
{
    const string OutcomeMark = "outcome ", CountMark = "complete ";

    readonly LoadPlan _plan;
    readonly MptcpConnector _connector;
    readonly MptcpConnector _strict;
    long _complete;
    long _ended;

    Clients(LoadPlan plan)
    {
        _plan = plan;
        _connector = new MptcpConnector(Options(MptcpMode.Preferred));
        _strict = new MptcpConnector(Options(MptcpMode.Required));

        MptcpConnectOptions Options(MptcpMode mode) => new()
        {
            Mode = mode,
            ConnectTimeout = TimeSpan.FromSeconds(20),
            ConfigureSocket = Conversation.KeepAlive,
            Resolver = (_, _) => ValueTask.FromResult(plan.Addresses.Select(IPAddress.Parse).ToArray()),
        };
    }

    internal static async Task<int> RunAsync(LoadPlan plan)
    {
        var clients = new Clients(plan);
        using var metrics = new Metrics();
        Console.WriteLine(Sample.Take(0));
        using var ending = new CancellationTokenSource();
        IEnumerable<Random> choices = Enumerable.Range(0, plan.Connections).Select(number => new Random(unchecked(plan.Seed * 1000 + number)));
        Task running = Task.WhenAll(choices.Select(random => clients.KeepAsync(random, ending.Token)));
        await Requests.AnswerAsync(() => Interlocked.Read(ref clients._ended));
        await ending.CancelAsync();
        await running;
        Console.WriteLine($"{CountMark}{clients._complete}");
        Console.WriteLine(Sample.Take(clients._ended));
        return 0;
    }

    /// <summary>Reads from the output how many connections were complete, and how the others ended.</summary>
    internal static (int Complete, Outcome[] Others) ReadOutcomes(IEnumerable<string> lines)
    {
        string[] all = [.. lines];
        string count = all.Last(line => line.StartsWith(CountMark, StringComparison.Ordinal));
        IEnumerable<string> others = all.Where(line => line.StartsWith(OutcomeMark, StringComparison.Ordinal));
        return (int.Parse(count[CountMark.Length..], CultureInfo.InvariantCulture), [.. others.Select(line => JsonSerializer.Deserialize<Outcome>(line[OutcomeMark.Length..])!)]);
    }

    /// <summary>Keeps one connection.</summary>
    async Task KeepAsync(Random random, CancellationToken ending)
    {
        await Pause.ForAsync(random.Next(_plan.Pause + 1), ending); // so that they do not all begin at once
        while (!ending.IsCancellationRequested)
        {
            Outcome outcome = await new Conversation(_plan, _connector, _strict, random).RunAsync(ending);
            Interlocked.Increment(ref _ended);
            if (outcome.Kind == Outcome.End.Complete)
            {
                Interlocked.Increment(ref _complete);
                continue;
            }

            Console.WriteLine($"{OutcomeMark}{JsonSerializer.Serialize(outcome)}");
            await Pause.ForAsync(random.Next(50, 250), ending);
        }
    }
}
