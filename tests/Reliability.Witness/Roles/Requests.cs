namespace Reliability.Roles;

/// <summary>The standard input of a program on a host of the lab: a line for each request. The end of the input asks the program to end.</summary>
static class Requests
{
    internal const string Ready = "ready", Measure = "measure";

    /// <summary>Answers each request to measure, and returns when the program has to end.</summary>
    internal static async Task AnswerAsync(Func<long> ended)
    {
        Console.WriteLine(Ready);
        while (await Console.In.ReadLineAsync() is { } request)
        {
            if (request != Measure)
                throw new ArgumentException($"There is no request '{request}'.");

            Console.WriteLine(Sample.Take(ended()));
        }
    }
}
