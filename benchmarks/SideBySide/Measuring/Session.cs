namespace SideBySide.Measuring;

/// <summary>A contestant that was started for a question. It returns its figures as often as it is asked.</summary>
/// <param name="askAsync">Returns the figures in the order of the measures of the question, NaN for a missing one.</param>
/// <param name="parts">The programs and hosts of the contestant, in the order in which they end.</param>
sealed class Session(Func<Task<double[]>> askAsync, params object[] parts) : IAsyncDisposable
{
    internal Task<double[]> AskAsync() => askAsync();

    public async ValueTask DisposeAsync()
    {
        foreach (object part in parts)
        {
            if (part is IAsyncDisposable program)
                await program.DisposeAsync();
            else
                ((IDisposable)part).Dispose();
        }
    }
}
