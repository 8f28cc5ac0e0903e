namespace SideBySide.Measuring;

/// <summary>A contestant that was started for a question, and gives its figures as often as it is asked.</summary>
/// <param name="askAsync">The figures in the order of the question's measures, NaN for one that the contestant does not have.</param>
/// <param name="parts">Its programs and hosts, in the order in which they end.</param>
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
