using SideBySide.Measuring;
using SideBySide.Questions;

namespace SideBySide.Reporting;

/// <summary>The goal "no measurable cost in user space", as figures.</summary>
static class Goals
{
    /// <summary>A frame of 1514 bytes has 66 of Ethernet, IPv4 and TCP with timestamps, and 20 of the MPTCP option with a data sequence signal.</summary>
    const double LargestGoodput = (1514.0 - 66 - 20) / 1514;

    /// <summary>Returns the goals of the questions that were measured.</summary>
    internal static IEnumerable<Goal> Of(Answer[] answers)
    {
        foreach (Answer answer in answers)
        {
            foreach (Goal goal in Of(answer))
                yield return goal;
        }
    }

    static IEnumerable<Goal> Of(Answer answer) => answer.Question.Title switch
    {
        Throughput.Bulk => [AtLeast(0.97, "bulk throughput, against the faster C", answer.Ratio(FasterC(answer), Throughput.Speed))],
        Throughput.RoundTrip => [AtMost(1.02, "one-byte round trip, time against .NET under mptcpize", answer.Ratio(Contestant.Mptcpize, Throughput.Time))],
        Throughput.Connect =>
            [AtLeast(0.97, "connections a second as a client, against .NET under mptcpize", answer.Ratio(Contestant.Mptcpize, Throughput.Connections))],
        Throughput.ConnectMany =>
            [AtLeast(1, "connections a second as a client, 64 at a time, against .NET under mptcpize", answer.Ratio(Contestant.Mptcpize, Throughput.Connections))],
        Throughput.FirstByte =>
            [AtMost(1, "allocated to the first received byte, against .NET over plain TCP", answer.Ratio(Contestant.PlainTcp, Throughput.Allocated))],
        Throughput.Accept =>
            [AtLeast(1, "connections a second as a server, against .NET under mptcpize", answer.Ratio(Contestant.Mptcpize, Throughput.Connections))],
        Throughput.HttpNew =>
            [AtLeast(0.97, "HTTP requests a second on new connections, against .NET under mptcpize", answer.Ratio(Contestant.Mptcpize, Throughput.Requests))],
        Throughput.ByName =>
            [AtMost(1.05, "connect by a name whose first address refuses, time against .NET over plain TCP", answer.Ratio(Contestant.PlainTcp, Throughput.Time))],
        Paths.Goodput =>
        [
            AtLeast(0.99 * LargestGoodput, "goodput on 2 × 50 Mbit/s, of the sum of the links (99 % of what headers leave)", answer.Get(Contestant.Library, Paths.Equal)),
            AtLeast(0.85, "goodput on 3 × 20 Mbit/s with 10, 40 and 80 ms, of the sum of the links", answer.Get(Contestant.Library, Paths.UnequalDelays)),
        ],
        LostSyns.Connecting =>
        [
            AtMost(0.35, "connect where the first SYN is lost", answer.Get(Contestant.Library, LostSyns.OneLost), " s"),
            AtMost(0.45, "connect where SYNs with MPTCP are dropped", answer.Get(Contestant.Library, LostSyns.MptcpDropped), " s"),
            AtMost(0.35, "connect where the first path is dead", answer.Get(Contestant.Library, LostSyns.FirstPathDead), " s"),
        ],
        Failover.Title =>
        [
            AtMost(20, "longest stall with AddMptcpEndpoints, link down", answer.Get(Failover.Endpoints, Failover.LinkDown), " ms"),
            AtMost(20, "longest stall with AddMptcpEndpoints, carrier lost", answer.Get(Failover.Endpoints, Failover.CarrierLost), " ms"),
            AtMost(20, "longest stall with AddMptcpEndpoints, address removed", answer.Get(Failover.Endpoints, Failover.AddressRemoved), " ms"),
            AtMost(230, "longest stall with AddMptcpEndpoints, blackhole", answer.Get(Failover.Endpoints, Failover.Blackhole), " ms"),
            AtMost(450, "longest stall with AddMptcpEndpoints, blackhole, the worst of all turns", answer.Get(Failover.Endpoints, Failover.WorstBlackhole).Worst, " ms"),
            AtMost(1000, "back on a restored preferred path", answer.Get(Failover.Endpoints, Failover.Back), " ms"),
        ],
        Scale.Idle =>
        [
            AtMost(1.05, "managed memory of an idle connection, against .NET over plain TCP", answer.Ratio(Contestant.PlainTcp, Scale.Heap)),
            AtMost(1.05, "private memory of an idle connection, against .NET over plain TCP", answer.Ratio(Contestant.PlainTcp, Scale.Resident)),
        ],
        Scale.Info =>
        [
            AtMost(1.2, "state, time against the bare system call", answer.Ratio(Contestant.CEpoll, Scale.State)),
            AtMost(1.2, "info, time against the bare system call", answer.Ratio(Contestant.CEpoll, Scale.Information)),
            AtMost(1.2, "subflows, time against the bare system call", answer.Ratio(Contestant.CEpoll, Scale.Subflows)),
            AtMost(0, "state, info and subflows, allocated", answer.Get(Contestant.Library, Scale.Allocated), " bytes"),
        ],
        WholeHost.List =>
        [
            AtMost(1, "listing connections, time against ss -Mian", answer.Ratio(WholeHost.Ss, WholeHost.Each)),
            AtMost(1, "listing connections with subflows, time against ss -Mtian", answer.Ratio(WholeHost.Ss, WholeHost.SubflowsEach)),
            AtMost(2, "listing ten times as many connections, time of each", answer.Get(Contestant.Library, WholeHost.Growth)),
            AtMost(1024, "listing connections, allocated for each", answer.Get(Contestant.Library, WholeHost.Allocated), " bytes"),
            AtMost(1024, "listing connections with subflows, allocated for each", answer.Get(Contestant.Library, WholeHost.SubflowsAllocated), " bytes"),
        ],
        WholeHost.Watch =>
        [
            AtLeast(5000, "connections a second while all events are read", answer.Get(Contestant.Library, WholeHost.Connections)),
            AtMost(0, "events that are missing then, in the worst turn", answer.Get(Contestant.Library, WholeHost.Missing).Worst),
        ],
        Reloading.Reload =>
        [
            AtMost(0, "requests refused while an endpoint is reloaded, in the worst turn", answer.Get(Contestant.Library, Reloading.Refused).Worst),
            AtMost(0, "requests lost while an endpoint is reloaded, in the worst turn", answer.Get(Contestant.Library, Reloading.Lost).Worst),
        ],
        _ => [],
    };

    static Contestant FasterC(Answer answer) =>
        new[] { Contestant.CBlocking, Contestant.CEpoll }.MaxBy(c => answer.Get(c, Throughput.Speed).Median)!;

    static Goal AtLeast(double limit, string what, Series figure) => new(what, figure, limit, IsLeast: true);

    static Goal AtMost(double limit, string what, Series figure, string unit = "") => new(what, figure, limit, IsLeast: false, unit);
}
