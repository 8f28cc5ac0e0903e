namespace Mptcp.Testing;

/// <summary>For what another party does in its own time, the kernel say, and nobody tells.</summary>
static class Eventually
{
    /// <summary>Looks again and again on the calling thread; fails after <see cref="Limit.OfAWait"/>. For bodies that run on a host's thread.</summary>
    internal static void True(Func<bool> condition, string what)
    {
        if (!SpinWait.SpinUntil(condition, Limit.OfAWait))
            Assert.Fail($"In {Limit.OfAWait} it did not happen that {what}.");
    }

    /// <summary>Looks again and again; fails after <see cref="Limit.OfAWait"/>.</summary>
    internal static Task TrueAsync(Func<bool> condition, string what) => TrueAsync(() => Task.FromResult(condition()), what);

    /// <summary>The same, where looking takes asking.</summary>
    internal static async Task TrueAsync(Func<Task<bool>> condition, string what)
    {
        using var looks = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        using var timeout = new CancellationTokenSource(Limit.OfAWait);
        while (!await condition())
        {
            if (timeout.IsCancellationRequested)
                Assert.Fail($"In {Limit.OfAWait} it did not happen that {what}.");

            await looks.WaitForNextTickAsync(CancellationToken.None);
        }
    }
}
