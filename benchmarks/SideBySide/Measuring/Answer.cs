namespace SideBySide.Measuring;

/// <summary>The figures of all turns of a question.</summary>
sealed class Answer(Question question)
{
    readonly Dictionary<(Contestant, Measure), List<double>> _values = [];

    internal Question Question => question;

    /// <summary>The number of turns that count.</summary>
    internal int Turns { get; private set; }

    /// <summary>The number of turns that were disturbed and repeated.</summary>
    internal int Repeated { get; set; }

    /// <param name="figures">The figures of one turn, in the order of the contestants and the measures.</param>
    internal void Add(double[][] figures)
    {
        foreach ((Contestant contestant, double[] own) in question.Contestants.Zip(figures))
        {
            foreach ((Measure measure, double figure) in question.Measures.Zip(own))
            {
                if (!_values.TryGetValue((contestant, measure), out List<double>? values))
                    _values[(contestant, measure)] = values = [];

                values.Add(figure);
            }
        }

        Turns++;
    }

    internal Series Get(Contestant contestant, Measure measure) => new(_values[(contestant, measure)]);

    internal Series Get(Contestant contestant, string measure) => Get(contestant, question.Measures.Single(one => one.Name == measure));

    /// <summary>Divides this library's figure by that of the contestant.</summary>
    internal Series Ratio(Contestant contestant, Measure measure) => Get(Contestant.Library, measure).DividedBy(Get(contestant, measure));
}
