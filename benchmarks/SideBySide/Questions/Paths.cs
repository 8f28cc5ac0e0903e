using Mptcp.Lab;
using SideBySide.Measuring;

namespace SideBySide.Questions;

/// <summary>Two hosts with several paths between them.</summary>
static class Paths
{
    internal const string Goodput = "Goodput over several paths", Stall = "A path dies", OverTime = "Goodput while a path is dead", Beside = "Small requests beside a download";

    const double Outage = 3, AfterOutage = 2;
    const double Step = 0.25, DeadFrom = 1, DeadFor = 2, Recorded = 5; // seconds

    internal static readonly Measure
        Equal = new("50 + 50 Mbit/s: share of the sum", "N3", IsCompared: false),
        UnequalDelays = new("3 × 20 Mbit/s with 10, 40 and 80 ms: share of the sum", "N3", IsCompared: false),
        RequestTime = new("ms, half of the requests", "N1"),
        SlowRequestTime = new("ms, 99 % of the requests", "N1");

    static readonly LabLinkOptions[] s_unequalDelays = [Link(20, roundTrip: 10), Link(20, roundTrip: 40), Link(20, roundTrip: 80)];

    internal static Question[] Questions(Effort effort) =>
    [
        new(Goodput,
            "An HttpClient downloads from Kestrel. The figure is the rate of the bytes that reach the application, divided by the rate of all links, which also carry "
            + "headers. TCP uses only the first link. The times are round trips of an empty link.",
            [Equal, UnequalDelays], [Contestant.PlainTcp, Contestant.Library],
            async contestant =>
            [
                await DownloadAsync(contestant, effort.Transfer, 100, Link(50), Link(50)),
                contestant.IsMptcp ? await DownloadAsync(contestant, effort.LongTransfer, 60, s_unequalDelays) : double.NaN,
            ]),

        new(Beside,
            "An HttpClient repeatedly requests 1 KiB from Kestrel while another one downloads, over two links of 50 Mbit/s.",
            [RequestTime, SlowRequestTime], [Contestant.PlainTcp, Contestant.Library],
            contestant => RequestBesideDownloadAsync(contestant, effort)),

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
                LoseAsync(contestant, effort, link => link.Down()))).SelectMany(figures => figures)])
        {
            IsParallel = true,
        },

        new(OverTime,
            "An HttpClient downloads from Kestrel over two links of 20 Mbit/s. The link on which the connection began loses everything from "
            + $"{DeadFrom} s to {DeadFrom + DeadFor} s. Each column has the goodput, in Mbit/s, of the quarter of a second that ends then.",
            [.. Enumerable.Range(1, (int)(Recorded / Step)).Select(i => new Measure(FormattableString.Invariant($"{i * Step} s"), "N0", IsCompared: false, HasInterval: false))],
            [Contestant.PlainTcp, Contestant.Library],
            RecordAsync)
        {
            IsParallel = true,
        },
    ];

    static LabLinkOptions Link(double megabitsPerSecond, double? roundTrip = null) =>
        new() { MegabitsPerSecond = megabitsPerSecond, Delay = roundTrip is { } milliseconds ? TimeSpan.FromMilliseconds(milliseconds / 2) : null };

    static async Task<double> DownloadAsync(Contestant contestant, double seconds, double megabitsPerSecond, params LabLinkOptions[] links)
    {
        using var hosts = new TwoPaths(links);
        (RunningProgram server, RunningProgram client) = await hosts.StartAsync(
            [.. contestant.Server, "http"], [.. contestant.Client, "download"], seconds / 2, seconds);
        await using (server)
        await using (client)
        {
            Stint stint = await Stint.MeasureFirstAsync(client, server);
            ProtocolCheck.Check(hosts.Client, contestant);
            hosts.CheckJoined(contestant);
            return stint.PerSecond * 8 / 1e6 / megabitsPerSecond;
        }
    }

    /// <summary>Returns the longest stall in seconds, and the number of failed requests.</summary>
    static async Task<double[]> LoseAsync(Contestant contestant, Effort effort, Func<LabLink, LabFault> lose)
    {
        using var hosts = new TwoPaths(Link(20), Link(20));
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

    /// <summary>Returns the goodput of each step.</summary>
    static async Task<double[]> RecordAsync(Contestant contestant)
    {
        using var hosts = new TwoPaths(Link(20), Link(20));
        (RunningProgram server, RunningProgram client) = await hosts.StartAsync(
            [.. contestant.Server, "http"], [.. contestant.Client, "over-time"], warmUp: 1, Recorded);
        await using (server)
        await using (client)
        {
            await client.AwaitBeginAsync();
            hosts.CheckJoined(contestant);
            await Task.Delay(TimeSpan.FromSeconds(DeadFrom));
            using (hosts.FirstLink.Blackhole())
                await Task.Delay(TimeSpan.FromSeconds(DeadFor));

            return [.. (await client.ReadFiguresAsync()).Values];
        }
    }

    static async Task<double[]> RequestBesideDownloadAsync(Contestant contestant, Effort effort)
    {
        using var hosts = new TwoPaths(Link(50), Link(50));
        (RunningProgram server, RunningProgram client) = await hosts.StartAsync(
            [.. contestant.Server, "http"], [.. contestant.Client, "beside-download"], effort.DotNetWarmUp, effort.Transfer);
        await using (server)
        await using (client)
        {
            await client.AwaitBeginAsync();
            ProtocolCheck.Check(hosts.Client, contestant);
            hosts.CheckJoined(contestant);
            Dictionary<string, double> figures = await client.ReadFiguresAsync();
            return [figures["median"] * 1e3, figures["p99"] * 1e3];
        }
    }
}
