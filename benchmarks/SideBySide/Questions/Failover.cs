using System.Diagnostics;
using System.Net;
using Mptcp.Lab;
using SideBySide.Measuring;

namespace SideBySide.Questions;

/// <summary>How long a download waits when the path that it began on is lost, and how soon traffic is back on that path.</summary>
static class Failover
{
    internal const string Title = "The path of a download is lost";

    const double WarmUp = 0.5, Outage = 1, EnoughBytes = 64 * 1024;
    const int EndpointCount = 2, Blackholes = 4; // in each turn

    static readonly TimeSpan s_patience = TimeSpan.FromSeconds(60); // far more than it takes

    // The kernel reports most changes of carriers at most once a second (net/core/link_watch.c). A link that was just restored would wait for that.
    static readonly TimeSpan s_carriersAreReported = TimeSpan.FromSeconds(1.2);

    internal static readonly Contestant
        ByHand = Contestant.Library with { Name = "endpoints added by hand" },
        Endpoints = Contestant.Library with { Name = "AddMptcpEndpoints" },
        Policy = Contestant.Library with { Name = "MptcpInterfacesPolicy" };

    internal static readonly Measure
        LinkDown = new("link down, ms", "N0", IsCompared: false),
        CarrierLost = new("carrier lost, ms", "N0", IsCompared: false),
        AddressRemoved = new("address removed, ms", "N0", IsCompared: false),
        Blackhole = new("blackhole, ms", "N0", IsCompared: false),
        WorstBlackhole = new("blackhole, the worst of a turn, ms", "N0", IsCompared: false),
        AtFullSpeed = new("link down at full speed, ms", "N0", IsCompared: false),
        Back = new("back on the path, ms", "N0", IsCompared: false);

    internal static readonly Question Question = new(
        Title,
        "An HttpClient receives a stream of 16 Mbit/s from Kestrel over two links of 50 Mbit/s, the first through a router. "
        + "The figure is the longest time without a byte in 0.6 s; without a loss, it is 2 ms. The benchmark takes the carrier away only after a second without any change of carriers. \"At full speed\", the server sends as fast as "
        + "it can. Each loss has a new connection; the service keeps running. A turn has 4 blackholes with AddMptcpEndpoints, and one with each of the others. \"Back\" is the time from the return of the preferred link, "
        + "after 1 s, until it carries the stream; the second link is metered there.",
        [LinkDown, CarrierLost, AddressRemoved, Blackhole, WorstBlackhole, AtFullSpeed, Back],
        [ByHand, Endpoints, Policy],
        StartAsync)
    {
        IsLong = true, // not in parallel: links of all hosts share a lock of the kernel
    };

    static async Task<Session> StartAsync(Contestant contestant)
    {
        var hosts = TwoPaths.WithRouter(50, hasEndpoints: contestant == ByHand);
        string? scenario = contestant == Endpoints ? "endpoints" : contestant == Policy ? "policy" : null;
        RunningProgram? service = await StartServiceAsync(hosts, scenario);
        var losing = new LosingSession(contestant, hosts, service, () => RestAsync(contestant, hosts));
        return new Session(() => AskAsync(contestant, losing), losing);
    }

    static async Task<double[]> AskAsync(Contestant contestant, LosingSession losing)
    {
        double linkDown = await losing.StallAsync("stream", TakeDown);
        await Task.Delay(s_carriersAreReported);
        double carrierLost = await losing.StallAsync("stream", hosts => Until(hosts.FirstLink.GetInterface(hosts.Client).LoseCarrier()));
        double addressRemoved = await losing.StallAsync("stream", RemoveAddress);
        double[] blackholes = new double[contestant == Endpoints ? Blackholes : 1];
        for (int i = 0; i < blackholes.Length; i++)
            blackholes[i] = await losing.StallAsync("stream", hosts => Until(hosts.FirstLink.Blackhole()));

        return
        [
            linkDown, carrierLost, addressRemoved, new Series(blackholes).Median,
            contestant == Endpoints ? blackholes.Max() : double.NaN,
            contestant == Endpoints ? await losing.StallAsync("download", TakeDown) : double.NaN,
            contestant == Endpoints ? await ReturnAsync(contestant) : double.NaN,
        ];
    }

    static Action TakeDown(TwoPaths hosts) => Until(hosts.FirstLink.Down());

    static Action RemoveAddress(TwoPaths hosts)
    {
        LabInterface network = hosts.FirstLink.GetInterface(hosts.Client);
        IPAddress address = hosts.FirstLink.GetAddress(hosts.Client);
        network.RemoveAddress(address);
        return () =>
        {
            network.AddAddress(address, 24);
            network.AddDefaultRoute();
        };
    }

    static Action Until(LabFault fault) => fault.Dispose;

    /// <summary>A service reads the host at most once a second.</summary>
    static async Task RestAsync(Contestant contestant, TwoPaths hosts)
    {
        if (contestant == Policy)
            await Task.Delay(TimeSpan.FromSeconds(1.2));

        long start = Stopwatch.GetTimestamp();
        while (contestant == Endpoints && hosts.Client.Execute("ip", "mptcp", "endpoint").Count(c => c == '\n') < EndpointCount)
        {
            if (Stopwatch.GetElapsedTime(start) > s_patience)
                throw new BenchmarkException($"{contestant.Name} has not taken up the restored path within {s_patience.TotalSeconds} s.");

            await Task.Delay(10);
        }
    }

    static async Task<double> ReturnAsync(Contestant contestant)
    {
        using var hosts = TwoPaths.WithRouter(50, hasEndpoints: false);
        await using RunningProgram? service = await StartServiceAsync(hosts, "endpoints-metered");
        (RunningProgram server, RunningProgram client) = await hosts.StartAsync(
            [.. contestant.Server, "http"], [.. contestant.Client, "stream"], WarmUp, s_patience.TotalSeconds);
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
