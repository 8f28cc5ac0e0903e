namespace Mptcp.Faults.Witness;

/// <summary>Something that a program does with the library.</summary>
/// <param name="Name">In the table.</param>
/// <param name="Prepare">What comes before, in which nothing fails; gives what is done then.</param>
sealed record Operation(string Name, Func<Task<Operation.Step>> Prepare)
{
    /// <param name="RunAsync">What is done while a call fails. It throws what the library throws, and checks what the library gives.</param>
    /// <param name="Parts">What is closed afterwards.</param>
    internal sealed record Step(Func<Task> RunAsync, params IDisposable[] Parts) : IDisposable
    {
        public void Dispose()
        {
            foreach (IDisposable part in Parts)
                part.Dispose();
        }
    }

    /// <summary>Something that needs nothing before.</summary>
    internal static Operation Of(string name, Func<Task> runAsync) => new(name, () => Task.FromResult(new Step(runAsync)));

    /// <inheritdoc cref="Of(string, Func{Task})"/>
    internal static Operation Of(string name, Action run) => Of(name, () =>
    {
        run();
        return Task.CompletedTask;
    });
}
