namespace SideBySide.Measuring;

/// <summary>A task that several contestants are measured with.</summary>
/// <param name="Title">Its name.</param>
/// <param name="Explanation">The exact description of the task.</param>
/// <param name="Measures">The measures of the task.</param>
/// <param name="Contestants">The contestants.</param>
/// <param name="StartAsync">Starts one contestant, which is then measured in each turn.</param>
sealed record Question(string Title, string Explanation, Measure[] Measures, Contestant[] Contestants, Func<Contestant, Task<Session>> StartAsync)
{
    /// <summary>Creates a question for which everything is restarted in each turn, which takes long.</summary>
    internal Question(string title, string explanation, Measure[] measures, Contestant[] contestants, Func<Contestant, Task<double[]>> askAsync)
        : this(title, explanation, measures, contestants, contestant => Task.FromResult(new Session(() => askAsync(contestant)))) => IsLong = true;

    /// <summary>Whether there is time for a few turns only.</summary>
    internal bool IsLong { get; init; }

    /// <summary>Whether all contestants may work at the same time, because they mostly wait.</summary>
    internal bool IsParallel { get; init; }
}
