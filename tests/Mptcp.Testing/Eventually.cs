namespace Mptcp.Testing;

/// <summary>Waits for effects that come with a delay and without a notification, such as those of the kernel.</summary>
static class Eventually
{
    /// <summary>
    /// Checks repeatedly on the calling thread. Fails after <see cref="Limit.OfAWait"/>. For code that runs on the thread of a host.
    /// </summary>
    internal static void True(Func<bool> condition, string what)
    {
        if (!SpinWait.SpinUntil(condition, Limit.OfAWait))
            Assert.Fail($"In {Limit.OfAWait} it did not happen that {what}.");
    }

    /// <summary>Checks repeatedly. Fails after <see cref="Limit.OfAWait"/>.</summary>
    internal static Task TrueAsync(Func<bool> condition, string what) => TrueAsync(() => Task.FromResult(condition()), what);

    /// <summary>Checks repeatedly with an asynchronous condition.</summary>
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
