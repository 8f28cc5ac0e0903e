using System.Globalization;

namespace SideBySide.Measuring;

/// <summary>
/// Asks everybody everything, several times. Contestants take turns in each round, and the one that begins changes, so that what disturbs the machine for a
/// while disturbs all alike.
/// </summary>
static class Rounds
{
    internal static async Task<Answer[]> RunAsync(Question[] questions, int rounds, CancellationToken cancellationToken)
    {
        Answer[] answers = [.. questions.Select(question => new Answer(question))];
        for (int round = 0; round < rounds; round++)
        {
            foreach (Answer answer in answers)
            {
                foreach (Contestant contestant in Rotate(answer.Question.Contestants, round))
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    double[] figures = await answer.Question.AskAsync(contestant);
                    answer.Add(contestant, figures);
                    Tell(round, rounds, answer.Question, contestant, figures);
                }
            }
        }

        return answers;
    }

    static IEnumerable<T> Rotate<T>(T[] items, int by) => items.Select((_, i) => items[(i + by) % items.Length]);

    static void Tell(int round, int rounds, Question question, Contestant contestant, double[] figures)
    {
        IEnumerable<string> known = question.Measures.Zip(figures)
            .Where(pair => !double.IsNaN(pair.Second))
            .Select(pair => $"{pair.Second.ToString(pair.First.Format, CultureInfo.InvariantCulture)} {pair.First.Name}");
        Console.Error.WriteLine($"round {round + 1} of {rounds}: {question.Title}: {contestant.Name}: {string.Join("; ", known)}");
    }
}
