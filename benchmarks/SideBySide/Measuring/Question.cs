namespace SideBySide.Measuring;

/// <summary>Something that several contestants are asked.</summary>
/// <param name="Title">Its name.</param>
/// <param name="Explanation">What exactly is done.</param>
/// <param name="Measures">What comes out of it.</param>
/// <param name="Contestants">Who is asked.</param>
/// <param name="StartAsync">Starts one, who is then asked in each turn.</param>
sealed record Question(string Title, string Explanation, Measure[] Measures, Contestant[] Contestants, Func<Contestant, Task<Session>> StartAsync)
{
    /// <summary>A question for which everything is started anew each time, which takes long.</summary>
    internal Question(string title, string explanation, Measure[] measures, Contestant[] contestants, Func<Contestant, Task<double[]>> askAsync)
        : this(title, explanation, measures, contestants, contestant => Task.FromResult(new Session(() => askAsync(contestant)))) => IsLong = true;

    /// <summary>Whether there is time for a few turns only.</summary>
    internal bool IsLong { get; }
}
