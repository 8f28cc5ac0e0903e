using Mptcp.Lab;
using SideBySide.Measuring;

namespace SideBySide.Questions;

/// <summary>Two hosts with several paths between them, or with one path behind a firewall.</summary>
static class Paths
{
    internal const string Goodput = "Goodput over two paths", Stall = "A path dies", SynDrop = "Connecting where SYNs with Multipath TCP vanish";

    const double Outage = 3, AfterOutage = 4;

    internal static readonly Measure
        Equal = new("50 + 50 Mbit/s: share of the sum", "N3", IsCompared: false),
        Unequal = new("50 + 20 Mbit/s: share of the sum", "N3", IsCompared: false),
        ConnectTime = new("s until connected", "N2", IsCompared: false);

    internal static Question[] Questions(Effort effort) =>
    [
        new(Goodput,
            "An HttpClient downloads from Kestrel. The figure is the rate of the bytes that reach the application, divided by the rate of both links, which also carry "
            + "headers. TCP uses only the first link.",
            [Equal, Unequal], [Contestant.PlainTcp, Contestant.Library],
            async contestant => [await DownloadAsync(contestant, effort, 50, 50), await DownloadAsync(contestant, effort, 50, 20)]),

        new(Stall,
            "An HttpClient requests one megabyte after another from Kestrel, over two links of 20 Mbit/s, with a timeout of 3 s for each request. "
            + $"The link on which the connection began is lost for {Outage} s.",
            [
                new("blackhole: longest stall, s", "N2", IsCompared: false), new("blackhole: failed requests", "N0", IsCompared: false),
                new("link down: longest stall, s", "N2", IsCompared: false), new("link down: failed requests", "N0", IsCompared: false),
            ],
            [Contestant.PlainTcp, Contestant.Library],
            async contestant => [.. (await Task.WhenAll(
                LoseAsync(contestant, effort, link => link.Blackhole()),
                LoseAsync(contestant, effort, link => link.Down()))).SelectMany(figures => figures)]),

        new(SynDrop, "The first connect of a process. C shows what the kernel does by itself.",
            [ConnectTime], [Contestant.CBlocking, Contestant.Library], ConnectAsync),
    ];

    static async Task<double> DownloadAsync(Contestant contestant, Effort effort, params double?[] megabitsPerSecond)
    {
        using var hosts = new TwoPaths(megabitsPerSecond);
        (RunningProgram server, RunningProgram client) = await hosts.StartAsync(
            [.. contestant.Server, "http"], [.. contestant.Client, "download"], effort.DotNetWarmUp, effort.Transfer);
        await using (server)
        await using (client)
        {
            Stint stint = await Stint.MeasureFirstAsync(client, server);
            ProtocolCheck.Check(hosts.Client, contestant);
            hosts.CheckJoined(contestant);
            return stint.PerSecond * 8 / 1e6 / megabitsPerSecond.Sum()!.Value;
        }
    }

    /// <summary>Returns the longest stall in seconds, and the number of failed requests.</summary>
    static async Task<double[]> LoseAsync(Contestant contestant, Effort effort, Func<LabLink, LabFault> lose)
    {
        using var hosts = new TwoPaths(20, 20);
        (RunningProgram server, RunningProgram client) = await hosts.StartAsync(
            [.. contestant.Server, "http"], [.. contestant.Client, "requests"], effort.DotNetWarmUp, Outage + AfterOutage);
        await using (server)
        await using (client)
        {
            await client.AwaitBeginAsync();
            ProtocolCheck.Check(hosts.Client, contestant); // later, a request may fail, and its connection be replaced
            hosts.CheckJoined(contestant);
            using (lose(hosts.FirstLink))
                await Task.Delay(TimeSpan.FromSeconds(Outage));

            Dictionary<string, double> figures = await client.ReadFiguresAsync();
            return [figures["stall"], figures["failed"]];
        }
    }

    static async Task<double[]> ConnectAsync(Contestant contestant)
    {
        using var hosts = new TwoPaths((double?)null);
        using LabFault firewall = hosts.FirstLink.DropMptcpSyns();
        (RunningProgram server, RunningProgram client) = await hosts.StartAsync(
            [.. contestant.Peer.Server, "sink"], [.. contestant.Client, "once"], warmUp: 0, measured: 0);
        await using (server)
        await using (client)
        {
            await client.AwaitBeginAsync();
            return [(await client.ReadFiguresAsync())["seconds"]];
        }
    }
}
