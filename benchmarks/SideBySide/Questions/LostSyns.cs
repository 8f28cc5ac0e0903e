using Mptcp.Lab;
using SideBySide.Measuring;

namespace SideBySide.Questions;

/// <summary>Connecting where SYNs are lost: by chance, to a firewall, or on a path that is dead.</summary>
static class LostSyns
{
    internal const string Connecting = "Connecting where SYNs are lost", Requesting = "A request where SYNs are lost";

    const int Requests = 16; // at a time

    static readonly LabLinkOptions s_unlimited = new(), s_delayed = new() { MegabitsPerSecond = 1000, Delay = TimeSpan.FromMilliseconds(10) };

    internal static readonly Measure
        OneLost = new("the first SYN is lost, s", "N2", IsCompared: false),
        MptcpDropped = new("SYNs with MPTCP are dropped, s", "N2", IsCompared: false),
        FirstPathDead = new("the first path is dead, s", "N2", IsCompared: false),
        RequestTime = new("ms, half of the requests", "N1"),
        SlowRequestTime = new("ms, 99 % of the requests", "N1");

    internal static Question[] Questions(Effort effort) =>
    [
        new(Connecting, "The time of the first connect of a process. C shows what the kernel does by itself. Over a dead path, TCP and C do not connect within a minute.",
            [OneLost, MptcpDropped, FirstPathDead], [Contestant.PlainTcp, Contestant.CBlocking, Contestant.Library], ConnectAsync),

        new(Requesting,
            $"An HttpClient requests a few bytes from Kestrel, each time over a new connection, {Requests} at a time. The link has 1 Gbit/s and a round trip of 20 ms. "
            + "It loses 1 % of the SYNs in each direction. Under mptcpize the kernel decides alone, as with `curl --mptcp`.",
            [RequestTime, SlowRequestTime], [Contestant.PlainTcp, Contestant.Mptcpize, Contestant.Library],
            contestant => StartRequestsAsync(contestant, effort))
        {
            IsLong = true,
        },
    ];

    static async Task<double[]> ConnectAsync(Contestant contestant) =>
    [
        await ConnectOnceAsync(contestant, new TwoPaths(s_unlimited), hosts => DropSyns(hosts.Server, "numgen inc mod 1000 == 0")),
        await ConnectOnceAsync(contestant, new TwoPaths(s_unlimited), hosts => hosts.FirstLink.DropMptcpSyns()),
        contestant == Contestant.Library
            ? await ConnectOnceAsync(contestant, TwoPaths.WithRouter(50, hasEndpoints: true), hosts => hosts.FirstLink.Blackhole())
            : double.NaN,
    ];

    static async Task<double> ConnectOnceAsync(Contestant contestant, TwoPaths hosts, Action<TwoPaths> lose)
    {
        using (hosts)
        {
            lose(hosts);
            (RunningProgram server, RunningProgram client) = await hosts.StartAsync(
                [.. contestant.Peer.Server, "sink"], [.. contestant.Client, "once"], warmUp: 0, measured: 0);
            await using (server)
            await using (client)
            {
                await client.AwaitBeginAsync();
                return (await client.ReadFiguresAsync())["seconds"];
            }
        }
    }

    static async Task<Session> StartRequestsAsync(Contestant contestant, Effort effort)
    {
        var hosts = new TwoPaths(s_delayed);
        DropSyns(hosts.Server, "numgen random mod 100 == 0");
        DropSyns(hosts.Client, "numgen random mod 100 == 0");
        (RunningProgram server, RunningProgram client) = await hosts.StartAsync(
            [.. contestant.Server, "http"], [.. contestant.Client, "http-many"], effort.DotNetWarmUp, effort.Transfer);
        await client.AwaitBeginAsync();
        await client.ReadFiguresAsync(); // a part of the warm-up, which does not count
        return new Session(AskAsync, client, server, hosts);

        async Task<double[]> AskAsync()
        {
            client.AskAgain();
            Dictionary<string, double> figures = await client.ReadFiguresAsync();
            ProtocolCheck.Check(hosts.Client, contestant, mayRace: true);
            return [figures["median"] * 1e3, figures["p99"] * 1e3];
        }
    }

    /// <summary>Drops some of the SYNs and SYN+ACKs that a host receives.</summary>
    static void DropSyns(LabHost host, string which)
    {
        host.Execute("nft", "add", "table", "inet", "syns");
        host.Execute("nft", "add", "chain", "inet", "syns", "received", "{ type filter hook prerouting priority raw; }");
        host.Execute("nft", "add", "rule", "inet", "syns", "received", $"tcp flags & syn == syn {which} drop");
    }
}
