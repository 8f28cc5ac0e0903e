namespace Mptcp.Faults.Witness;

/// <summary>Something that a program does with the library.</summary>
/// <param name="Name">In the table.</param>
/// <param name="Prepare">Prepares the operation, without a fault, and returns its steps.</param>
sealed record Operation(string Name, Func<Task<Operation.Step>> Prepare)
{
    /// <summary>Gets whether .NET leaves a socket of this operation to its finalizer if a call fails.</summary>
    internal bool LeavesToFinalizer { get; init; }

    /// <summary>Gets whether the operation changes the host.</summary>
    internal bool ChangesHost { get; init; }

    /// <param name="RunAsync">Runs while a call fails. It throws the exceptions of the library, and checks its results.</param>
    /// <param name="Parts">The objects to dispose of afterwards.</param>
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
