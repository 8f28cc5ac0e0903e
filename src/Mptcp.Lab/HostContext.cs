using System.Collections.Concurrent;

namespace Mptcp.Lab;

/// <summary>Runs the code after each <c>await</c> on one thread, which is on a host.</summary>
sealed class HostContext : SynchronizationContext, IDisposable
{
    readonly BlockingCollection<(SendOrPostCallback Callback, object? State)> _work = [];

    /// <summary>Runs <paramref name="body"/> and the code after its awaits on the calling thread, until its task has ended.</summary>
    /// <returns>The task of <paramref name="body"/>. It has ended.</returns>
    internal static Task<T> Run<T>(Func<Task<T>> body)
    {
        using var context = new HostContext();
        SetSynchronizationContext(context);
        Task<T> task = body() ?? throw new InvalidOperationException("The code for the host returned null instead of a task.");
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
            base.Post(d, state); // the task has ended; the rest of its work runs on the pool
        }
    }

    public override SynchronizationContext CreateCopy() => this;

    public void Dispose() => _work.Dispose();
}
