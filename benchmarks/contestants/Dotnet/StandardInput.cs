namespace Contestant;

static class StandardInput
{
    /// <summary>Waits for its end, on a thread of its own: Console reads without await, and would keep one of the pool's few.</summary>
    internal static Task EndAsync() =>
        Task.Factory.StartNew(Console.In.ReadToEnd, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
}
