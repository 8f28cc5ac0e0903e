namespace SideBySide.Measuring;

/// <summary>Something that is asked of several contestants, in each round once.</summary>
/// <param name="Title">Its name.</param>
/// <param name="Explanation">What exactly is done.</param>
/// <param name="Measures">What comes out of it.</param>
/// <param name="Contestants">Who is asked.</param>
/// <param name="AskAsync">Asks one: the figures in the order of the measures, NaN for one that the contestant does not have.</param>
sealed record Question(string Title, string Explanation, Measure[] Measures, Contestant[] Contestants, Func<Contestant, Task<double[]>> AskAsync);
