namespace Contestant;

static class StandardInput
{
    /// <summary>Waits for the end of the standard input, on its own thread: Console cannot read asynchronously, and would block one of the few threads of the pool.</summary>
    internal static Task EndAsync() =>
        Task.Factory.StartNew(Console.In.ReadToEnd, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
}
