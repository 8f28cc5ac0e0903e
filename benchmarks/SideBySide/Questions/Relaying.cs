using SideBySide.Measuring;

namespace SideBySide.Questions;

/// <summary>A gateway between a client and a server. Both are the C program with epoll.</summary>
static class Relaying
{
    internal const string Title = "Through a gateway";

    const string ListenForSink = $"{Arena.Address}:7001", ListenForEcho = $"{Arena.Address}:7002";

    internal static readonly Measure
        Speed = new("MB/s", "N0"),
        BulkCpu = new("gateway's CPU, ms per Gbit", "N0"),
        RoundTrip = new("round trip, µs", "N1"),
        Connections = new("connections/s", "N0"),
        ConnectionCpu = new("gateway's CPU, µs per connection", "N1");

    internal static readonly Contestant
        Haproxy = Contestant.Mptcpize with { Name = "HAProxy under mptcpize" },
        Gateway = Contestant.Library;

    static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    internal static Question Question(Effort effort) => new(
        Title,
        "mptcp gateway and HAProxy relay MPTCP to MPTCP, each on a processor of its own; client and server share the other one. HAProxy has one thread. First one "
        + "connection sends in blocks of 64 KiB, then one connection sends a byte and receives it back, then connections are opened and closed, 16 at a time.",
        [Speed, BulkCpu, RoundTrip, Connections, ConnectionCpu], [Haproxy, Gateway],
        contestant => StartAsync(contestant, effort));

    static async Task<Session> StartAsync(Contestant contestant, Effort effort)
    {
        var arena = new Arena();
        (RunningProgram sink, string sinkPort) = await ServeAsync("sink");
        (RunningProgram echo, string echoPort) = await ServeAsync("echo");
        var configuration = new HaproxyConfiguration((ListenForSink, $"{Arena.Address}:{sinkPort}"), (ListenForEcho, $"{Arena.Address}:{echoPort}"));
        string[] command = contestant == Haproxy
            ? ["mptcpize", "run", "haproxy", "-db", "-f", configuration.Path]
            :
            [
                "dotnet", "src/Mptcp.Tool/bin/Release/net10.0/Mptcp.Tool.dll", "gateway",
                $"mptcp@{ListenForSink}", $"mptcp@{Arena.Address}:{sinkPort}", $"mptcp@{ListenForEcho}", $"mptcp@{Arena.Address}:{echoPort}",
            ];
        var gateway = RunningProgram.Start(arena.Host, [.. RunningProgram.Pinned(1), .. command]);
        await arena.AwaitListeningAsync([7001, 7002], s_patience);
        RunningProgram bulk = await WarmUpAsync("bulk", "7001"), roundTrip = await WarmUpAsync("roundtrip", "7002"), connect = await WarmUpAsync("accept", "7001");
        return new Session(AskAsync, bulk, roundTrip, connect, gateway, echo, sink, configuration, arena);

        async Task<(RunningProgram Server, string Port)> ServeAsync(string scenario)
        {
            var server = RunningProgram.Start(arena.Host, [.. RunningProgram.Pinned(0), .. Contestant.CEpoll.Server, scenario, Arena.Address]);
            return (server, await server.ReadPortAsync());
        }

        async Task<RunningProgram> WarmUpAsync(string scenario, string port)
        {
            var client = RunningProgram.Start(
                arena.Host, [.. RunningProgram.Pinned(0), .. Contestant.CEpoll.Client, scenario, Arena.Address, port, $"{effort.DotNetWarmUp}", $"{effort.Stint}"]);
            await Stint.MeasureFirstAsync(client, gateway);
            return client;
        }

        async Task<double[]> AskAsync()
        {
            Stint sent = await Stint.MeasureAsync(bulk, gateway), echoed = await Stint.MeasureAsync(roundTrip, gateway), connected = await Stint.MeasureAsync(connect, gateway);
            ProtocolCheck.Check(arena.Host, contestant);
            return
            [
                sent.PerSecond / 1e6, sent.ServerMicroseconds * Throughput.MillisecondsPerGigabit, echoed.MicrosecondsEach,
                connected.PerSecond, connected.ServerMicroseconds,
            ];
        }
    }
}
