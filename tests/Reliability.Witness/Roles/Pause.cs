namespace Reliability.Roles;

static class Pause
{
    /// <summary>Waits. Ends early, without an exception, if the token is cancelled.</summary>
    internal static async Task ForAsync(int milliseconds, CancellationToken ended) =>
        await Task.Delay(milliseconds, ended).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
}
