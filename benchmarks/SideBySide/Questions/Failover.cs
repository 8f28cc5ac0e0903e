using System.Diagnostics;
using SideBySide.Measuring;

namespace SideBySide.Questions;

/// <summary>How long a download waits when the path that it began on is lost, and how soon traffic is back on that path.</summary>
static class Failover
{
    internal const string Title = "The path of a download is lost";

    const double WarmUp = 0.8, Measured = 1.5, Outage = 1.5, EnoughBytes = 64 * 1024;

    static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60); // far more than it takes

    internal static readonly Contestant
        ByHand = Contestant.Library with { Name = "endpoints added by hand" },
        Endpoints = Contestant.Library with { Name = "AddMptcpEndpoints" },
        Policy = Contestant.Library with { Name = "MptcpInterfacesPolicy" };

    internal static readonly Measure
        LinkDown = new("link down, ms", "N0", IsCompared: false),
        CarrierLost = new("carrier lost, ms", "N0", IsCompared: false),
        AddressRemoved = new("address removed, ms", "N0", IsCompared: false),
        Blackhole = new("blackhole, ms", "N0", IsCompared: false),
        AtFullSpeed = new("link down at full speed, ms", "N0", IsCompared: false),
        Back = new("back on the path, ms", "N0", IsCompared: false);

    internal static readonly Question Question = new(
        Title,
        "An HttpClient receives a stream of 16 Mbit/s from Kestrel over two links of 50 Mbit/s, the first through a router. The figure is the longest time without a byte; without a loss, it is 2 ms. "
        + "\"At full speed\", the server sends as fast as it can. \"Back\" is the time from the return of the preferred link, after 1.5 s, until it carries the stream; "
        + "the second link is metered there.",
        [LinkDown, CarrierLost, AddressRemoved, Blackhole, AtFullSpeed, Back],
        [ByHand, Endpoints, Policy],
        AskAsync);

    static async Task<double[]> AskAsync(Contestant contestant) =>
    [
        await StallAsync(contestant, "stream", TakeDown),
        await StallAsync(contestant, "stream", hosts => hosts.Router!.Execute("ip", "link", "set", hosts.FirstLink.Name, "down")),
        await StallAsync(contestant, "stream", hosts => hosts.FirstLink.GetInterface(hosts.Client).RemoveAddress(hosts.FirstLink.GetAddress(hosts.Client))),
        await StallAsync(contestant, "stream", hosts => hosts.FirstLink.Blackhole()),
        await StallAsync(contestant, "download", TakeDown),
        contestant == Endpoints ? await ReturnAsync(contestant) : double.NaN,
    ];

    static void TakeDown(TwoPaths hosts) => hosts.Client.Execute("ip", "link", "set", hosts.FirstLink.Name, "down");

    static async Task<double> StallAsync(Contestant contestant, string scenario, Action<TwoPaths> lose)
    {
        using var hosts = TwoPaths.WithRouter(50, hasEndpoints: contestant == ByHand);
        await using RunningProgram? service = await StartServiceAsync(hosts, contestant == Endpoints ? "endpoints" : contestant == Policy ? "policy" : null);
        (RunningProgram server, RunningProgram client) = await hosts.StartAsync([.. contestant.Server, "http"], [.. contestant.Client, scenario], WarmUp, Measured);
        await using (server)
        await using (client)
        {
            await client.AwaitBeginAsync();
            hosts.CheckJoined(contestant);
            lose(hosts);
            return (await client.ReadFiguresAsync())["stall"] * 1e3;
        }
    }

    static async Task<double> ReturnAsync(Contestant contestant)
    {
        using var hosts = TwoPaths.WithRouter(50, hasEndpoints: false);
        await using RunningProgram? service = await StartServiceAsync(hosts, "endpoints-metered");
        (RunningProgram server, RunningProgram client) = await hosts.StartAsync([.. contestant.Server, "http"], [.. contestant.Client, "stream"], WarmUp, 60);
        await using (server)
        await using (client)
        {
            await client.AwaitBeginAsync();
            hosts.CheckJoined(contestant);
            long back;
            using (hosts.FirstLink.Down())
            {
                await Task.Delay(TimeSpan.FromSeconds(Outage));
                back = Stopwatch.GetTimestamp();
            }

            long before = hosts.FirstLink.ReadBytesSent(hosts.Router!);
            while (hosts.FirstLink.ReadBytesSent(hosts.Router!) - before < EnoughBytes)
            {
                if (Stopwatch.GetElapsedTime(back) > s_patience)
                    throw new BenchmarkException($"No traffic has returned to the first link within {s_patience.TotalSeconds} s.");

                await Task.Delay(1);
            }

            return Stopwatch.GetElapsedTime(back).TotalMilliseconds;
        }
    }

    static async Task<RunningProgram?> StartServiceAsync(TwoPaths hosts, string? scenario)
    {
        if (scenario is null)
            return null;

        if (scenario == "policy")
            hosts.Client.SetSysctl("net.mptcp.pm_type", "1");

        var service = RunningProgram.Start(hosts.Client, [.. Contestant.Library.Client, scenario, "-", "0", "0", "0"]);
        await service.AwaitBeginAsync();
        return service;
    }
}
