using System.Diagnostics;
using System.Globalization;

namespace SideBySide.Measuring;

/// <summary>
/// Measures all contestants of a question in turns, while their programs keep running. Each turn has the opposite order of the previous one (A B B A), so that a
/// machine that becomes slower disturbs all of them equally. Disturbed turns do not count.
/// </summary>
static class Turns
{
    /// <summary>A turn is disturbed if the machine gave more of its time than this to others.</summary>
    const double MostStolen = 0.02;

    internal static async Task<Answer> RunAsync(Question question, Effort effort, CancellationToken cancellationToken)
    {
        long begun = Stopwatch.GetTimestamp();
        var answer = new Answer(question);
        int turns = question.IsLong ? effort.LongTurns : effort.Turns;
        var sessions = new List<Session>();
        try
        {
            foreach (Contestant contestant in question.Contestants)
                sessions.Add(await question.StartAsync(contestant));

            while (answer.Turns < turns)
            {
                ProcessorTime before = ProcessorTime.Read();
                double[][] figures = await AskAllAsync(sessions, question.IsParallel, isReversed: answer.Turns % 2 == 1, cancellationToken);
                if (ProcessorTime.Read().StolenSince(before) > MostStolen && answer.Repeated < turns / 2)
                    answer.Repeated++;
                else
                    answer.Add(figures);
            }
        }
        finally
        {
            foreach (Session session in sessions)
                await session.DisposeAsync();
        }

        Tell(answer);
        Console.Error.WriteLine($"{question.Title}: {Stopwatch.GetElapsedTime(begun).TotalSeconds:N0} s");
        return answer;
    }

    static async Task<double[][]> AskAllAsync(List<Session> sessions, bool isParallel, bool isReversed, CancellationToken cancellationToken)
    {
        if (isParallel)
            return await Task.WhenAll(sessions.Select(session => session.AskAsync()));

        double[][] figures = new double[sessions.Count][];
        for (int i = 0; i < figures.Length; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            int at = isReversed ? figures.Length - 1 - i : i;
            figures[at] = await sessions[at].AskAsync();
        }

        return figures;
    }

    static void Tell(Answer answer)
    {
        foreach (Contestant contestant in answer.Question.Contestants)
        {
            IEnumerable<string> known = answer.Question.Measures
                .Select(measure => (measure.Name, Text: answer.Get(contestant, measure).ToString(measure.Format)))
                .Where(measure => measure.Text.Length > 0)
                .Select(measure => string.Create(CultureInfo.InvariantCulture, $"{measure.Text} {measure.Name}"));
            Console.Error.WriteLine($"{answer.Question.Title}: {contestant.Name}: {string.Join("; ", known)}");
        }
    }
}
