using System.Collections.Concurrent;

namespace Mptcp.Lab;

/// <summary>Keeps what follows an <c>await</c> on the thread that runs it, which is on a host.</summary>
sealed class HostContext : SynchronizationContext, IDisposable
{
    readonly BlockingCollection<(SendOrPostCallback Callback, object? State)> _work = [];

    /// <summary>Runs <paramref name="body"/> on the calling thread to its end, with all that follows its awaits.</summary>
    /// <returns>The task of <paramref name="body"/>, which has ended.</returns>
    internal static Task<T> Run<T>(Func<Task<T>> body)
    {
        using var context = new HostContext();
        SetSynchronizationContext(context);
        Task<T> task = body() ?? throw new InvalidOperationException("The code on the host has returned no task.");
        _ = task.ContinueWith(_ => context._work.CompleteAdding(), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        foreach ((SendOrPostCallback callback, object? state) in context._work.GetConsumingEnumerable())
            callback(state);

        return task;
    }

    public override void Post(SendOrPostCallback d, object? state)
    {
        try
        {
            _work.Add((d, state));
        }
        catch (InvalidOperationException)
        {
            base.Post(d, state); // the task has ended: what it has left behind runs on the pool
        }
    }

    public override SynchronizationContext CreateCopy() => this;

    public void Dispose() => _work.Dispose();
}
