namespace Mptcp.Sockets.Tests.Support;

/// <summary>Runs blocking calls, each on a new thread.</summary>
static class Blocking
{
    internal static Task<T> RunAsync<T>(Func<T> call) =>
        Task.Factory.StartNew(call, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    internal static Task RunAsync(Action call) =>
        Task.Factory.StartNew(call, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

    /// <summary>Starts a call and waits, with a timeout, until its thread sleeps: then it is in the kernel. Linux only.</summary>
    internal static async Task<Task<T>> UntilAsleepAsync<T>(Func<T> call)
    {
        var started = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        Task<T> result = RunAsync(() =>
        {
            started.SetResult(File.ResolveLinkTarget("/proc/thread-self", returnFinalTarget: false)!.FullName);
            return call();
        });

        string status = Path.Combine(await started.Task, "status");
        for (int look = 0; look < 600 && !result.IsCompleted; look++)
        {
            if ((await File.ReadAllTextAsync(status)).Contains("\nState:\tS", StringComparison.Ordinal))
                return result;

            await Task.Delay(10);
        }

        result.IsCompleted.Should().BeFalse("the call blocks");
        throw new TimeoutException("The thread does not go to sleep.");
    }
}
