using System.Runtime.InteropServices;

namespace Mptcp.Tool.Live;

/// <summary>Wakes a view when the size of the terminal changes.</summary>
sealed class ResizeSignal : IDisposable
{
    readonly SemaphoreSlim _resized = new(0);
    readonly PosixSignalRegistration _registration;
    Task<bool>? _tick;

    internal ResizeSignal() => _registration = PosixSignalRegistration.Create(PosixSignal.SIGWINCH, _ => _resized.Release());

    /// <summary>Waits for the timer or a new size, whichever is first.</summary>
    internal async Task<bool> WaitAsync(PeriodicTimer timer, CancellationToken cancellationToken)
    {
        _tick ??= timer.WaitForNextTickAsync(cancellationToken).AsTask();
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task resized = _resized.WaitAsync(waiting.Token);
        if (await Task.WhenAny(_tick, resized) == _tick)
        {
            Task<bool> tick = _tick;
            _tick = null;
            await waiting.CancelAsync();
            await resized.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return await tick;
        }

        await resized;
        return true;
    }

    public void Dispose()
    {
        _registration.Dispose();
        _resized.Dispose();
    }
}
