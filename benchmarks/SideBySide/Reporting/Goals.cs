using SideBySide.Measuring;
using SideBySide.Questions;

namespace SideBySide.Reporting;

/// <summary>"Never a measurable cost in user space", as figures.</summary>
static class Goals
{
    /// <summary>Those of the questions that were asked.</summary>
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
        Throughput.Bulk => [AtLeast("bulk throughput, against the faster C", answer.Ratio(FasterC(answer), Throughput.Speed), 0.97)],
        Throughput.RoundTrip => [AtMost("one-byte round trip, time against .NET under mptcpize", answer.Ratio(Contestant.Mptcpize, Throughput.Time), 1.02)],
        Throughput.Connect =>
        [
            AtLeast("connections a second as a client, against .NET under mptcpize", answer.Ratio(Contestant.Mptcpize, Throughput.Connections), 1),
            AtMost("allocations a connect, bytes against .NET", answer.Ratio(Contestant.PlainTcp, Throughput.Allocated), 1.5),
        ],
        Throughput.Accept => [AtLeast("connections a second as a server, against .NET under mptcpize", answer.Ratio(Contestant.Mptcpize, Throughput.Connections), 1)],
        Throughput.HttpNew => [AtLeast("HTTP requests a second on new connections, against .NET under mptcpize", answer.Ratio(Contestant.Mptcpize, Throughput.Requests), 1)],
        Throughput.ByName => [AtMost("connect by a name whose first address refuses, time against .NET over plain TCP", answer.Ratio(Contestant.PlainTcp, Throughput.Time), 1.05)],
        Paths.Goodput => [AtLeast("goodput on 2 × 50 Mbit/s, of the sum of the links", answer.Get(Contestant.Library, Paths.Equal), 0.93)],
        Paths.SynDrop => [AtMost("connect with Multipath TCP SYNs dropped", answer.Get(Contestant.Library, Paths.ConnectTime), 1.2) with { Unit = " s" }],
        Scale.Idle =>
        [
            AtMost("managed memory of an idle connection, against .NET over plain TCP", answer.Ratio(Contestant.PlainTcp, Scale.Heap), 1.05),
            AtMost("private memory of an idle connection, against .NET over plain TCP", answer.Ratio(Contestant.PlainTcp, Scale.Resident), 1.05),
        ],
        Scale.Info =>
        [
            AtMost("state, time against the bare system call", answer.Ratio(Contestant.CEpoll, Scale.State), 1.2),
            AtMost("info, time against the bare system call", answer.Ratio(Contestant.CEpoll, Scale.Information), 1.2),
            AtMost("subflows, time against the bare system call", answer.Ratio(Contestant.CEpoll, Scale.Subflows), 1.2),
            AtMost("state, info and subflows, allocated", answer.Get(Contestant.Library, Scale.Allocated), 0) with { Unit = " bytes" },
        ],
        _ => [],
    };

    static Contestant FasterC(Answer answer) => new[] { Contestant.CBlocking, Contestant.CEpoll }.MaxBy(c => answer.Get(c, Throughput.Speed).Median)!;

    static Goal AtLeast(string what, Series figure, double limit) => new(what, figure, limit, IsLeast: true);

    static Goal AtMost(string what, Series figure, double limit) => new(what, figure, limit, IsLeast: false);
}
