using SideBySide.Measuring;

namespace SideBySide.Questions;

/// <summary>Client and server, two processes on loopback.</summary>
static class Throughput
{
    internal const string
        Bulk = "Bulk throughput",
        RoundTrip = "One-byte round trip",
        Connect = "Connecting",
        ConnectMany = "Connecting, 64 at a time",
        FirstByte = "Connecting, to the first received byte",
        Accept = "Accepting",
        HttpNew = "HTTP, new connections",
        ByName = "Connecting by a name whose first address refuses";

    internal const double MillisecondsPerGigabit = 125e6 / 1e3; // of microseconds per byte

    internal static readonly Measure
        Speed = new("MB/s", "N0"),
        Time = new("µs", "N1"),
        Connections = new("connections/s", "N0"),
        Requests = new("requests/s", "N0"),
        ClientCpu = new("client's CPU, µs each", "N1"),
        ServerCpu = new("server's CPU, µs each", "N1"),
        Allocated = new("allocated by the client, bytes each", "N0");

    internal static Question[] Questions(Effort effort) =>
    [
        new(Bulk, "One connection sends in blocks of 64 KiB.",
            [Speed, new("client's CPU, ms per Gbit", "N0"), new("server's CPU, ms per Gbit", "N0")], [Contestant.CBlocking, .. Contestant.AllAndC],
            Ask(effort, "bulk", "sink", stint => [stint.PerSecond / 1e6, stint.ClientMicroseconds * MillisecondsPerGigabit, stint.ServerMicroseconds * MillisecondsPerGigabit])),

        new(RoundTrip, "One connection sends a byte and receives it back, with TCP_NODELAY.",
            [Time, ClientCpu, ServerCpu], Contestant.AllAndC,
            Ask(effort, "roundtrip", "echo", stint => [stint.MicrosecondsEach, stint.ClientMicroseconds, stint.ServerMicroseconds])),

        new(Connect, "A client connects and closes, repeatedly. The server is the C program with epoll, over the same protocol.",
            [Connections, ClientCpu, Allocated], Contestant.AllAndC,
            Ask(effort, "connect", "sink", stint => [stint.PerSecond, stint.ClientMicroseconds, stint.Allocated], server: contestant => contestant.Peer)),

        new(ConnectMany, "As Connecting, but 64 connects are under way at once.",
            [Connections, ClientCpu, Allocated], Contestant.AllDotNet,
            Ask(effort, "connect-many", "sink", stint => [stint.PerSecond, stint.ClientMicroseconds, stint.Allocated], server: contestant => contestant.Peer)),

        new(FirstByte,
            "A client connects, sends a byte and receives it back. .NET reuses the object of a connect for the first receive, so only this figure shows all "
            + "allocations of a connect. The server is the C program with epoll.",
            [Time, ClientCpu, Allocated], Contestant.AllDotNet,
            Ask(effort, "first-byte", "echo", stint => [stint.MicrosecondsEach, stint.ClientMicroseconds, stint.Allocated], server: contestant => contestant.Peer)),

        new(Accept,
            "A server accepts connections and closes each when its client has finished. The client is the C program with epoll, with 16 connections at a time, "
            + "over the same protocol.",
            [Connections, ServerCpu], Contestant.AllAndC,
            Ask(effort, "accept", "sink", stint => [stint.PerSecond, stint.ServerMicroseconds], client: contestant => contestant.Peer)),

        new(HttpNew,
            "One request after another, each on a new connection. In .NET, HttpClient and Kestrel; in C, a few lines that know only "
            + "this request and its answer.",
            [Requests, ClientCpu, ServerCpu], Contestant.AllAndC,
            Ask(effort, "http-new", "http", stint => [stint.PerSecond, stint.ClientMicroseconds, stint.ServerMicroseconds])),

        new(ByName, "A client connects to a name and closes. The name has two addresses, and nothing listens on the first. The server is the C program with epoll.",
            [Time, ClientCpu, Allocated], Contestant.AllDotNet,
            Ask(effort, "connect", "sink", stint => [stint.MicrosecondsEach, stint.ClientMicroseconds, stint.Allocated],
                server: contestant => contestant.Peer, hosts: true)),
    ];

    static Func<Contestant, Task<Session>> Ask(
        Effort effort,
        string clientScenario,
        string serverScenario,
        Func<Stint, double[]> evaluate,
        Func<Contestant, Contestant>? server = null,
        Func<Contestant, Contestant>? client = null,
        bool hosts = false) => async contestant =>
    {
        var arena = new Arena();
        string[] serverCommand = (server?.Invoke(contestant) ?? contestant).Server, clientCommand = (client?.Invoke(contestant) ?? contestant).Client;
        var serving = RunningProgram.Start(arena.Host, [.. RunningProgram.Pinned(0), .. serverCommand, serverScenario, Arena.Address]);
        string port = await serving.ReadPortAsync();
        double warmUp = contestant.IsDotNet ? effort.DotNetWarmUp : effort.WarmUp;
        HostsFile? names = hosts ? new HostsFile() : null;
        var asking = RunningProgram.Start(
            arena.Host,
            [
                .. names?.Enter ?? [], .. RunningProgram.Pinned(1), .. clientCommand, clientScenario, hosts ? HostsFile.Name : Arena.Address, port, $"{warmUp}",
                $"{effort.Stint}",
            ]);
        await Stint.MeasureFirstAsync(asking, serving); // a part of the warm-up, which does not count
        return new Session(AskAsync, [asking, serving, .. names is null ? Array.Empty<object>() : [names], arena]);

        async Task<double[]> AskAsync()
        {
            Stint stint = await Stint.MeasureAsync(asking, serving);
            ProtocolCheck.Check(arena.Host, contestant);
            return evaluate(stint);
        }
    };
}
