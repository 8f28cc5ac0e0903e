namespace SideBySide.Measuring;

/// <summary>What all rounds of a question have given.</summary>
sealed class Answer(Question question)
{
    readonly Dictionary<(Contestant, Measure), List<double>> _values = [];

    internal Question Question => question;

    internal void Add(Contestant contestant, double[] figures)
    {
        foreach ((Measure measure, double figure) in question.Measures.Zip(figures))
        {
            if (!_values.TryGetValue((contestant, measure), out List<double>? values))
                _values[(contestant, measure)] = values = [];

            values.Add(figure);
        }
    }

    internal Series Get(Contestant contestant, Measure measure) => new(_values[(contestant, measure)]);

    internal Series Get(Contestant contestant, string measure) => Get(contestant, question.Measures.Single(one => one.Name == measure));

    /// <summary>This library's figure divided by the contestant's.</summary>
    internal Series Ratio(Contestant contestant, Measure measure) => Get(Contestant.Library, measure).DividedBy(Get(contestant, measure));
}
