namespace Reliability.Chaos;

/// <summary>A change of the network, a host or a program.</summary>
/// <param name="Name">In the output.</param>
/// <param name="BeginAsync">Makes the change, and returns how to undo it.</param>
sealed record Fault(string Name, Func<Random, Task<Func<Task>>> BeginAsync)
{
    /// <summary>A change that lasts until its object is disposed of.</summary>
    internal static Fault While(string name, Func<Random, IDisposable> begin) => new(name, random =>
    {
        IDisposable change = begin(random);
        return Done(change.Dispose);
    });

    /// <summary>A change and its opposite.</summary>
    internal static Fault Of(string name, Action begin, Action undo) => new(name, _ =>
    {
        begin();
        return Done(undo);
    });

    static Task<Func<Task>> Done(Action undo) => Task.FromResult<Func<Task>>(() =>
    {
        undo();
        return Task.CompletedTask;
    });
}
