using System.Diagnostics;

namespace Cluster;

/// <summary>Calls grains on all silos, and counts.</summary>
sealed class Load(IGrainFactory grains)
{
    const int Grains = 100, Workers = 2;

    static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(50);

    readonly byte[] _bytes = new byte[4096];
    readonly Lock _lock = new();
    int _calls, _failed;
    TimeSpan _longest;

    /// <summary>Calls each grain once, so that all are placed, and all silos are connected.</summary>
    internal async Task PlaceGrainsAsync()
    {
        for (int key = 0; key < Grains; key++)
            await grains.GetGrain<IEcho>(key).EchoAsync(_bytes);
    }

    internal void Start()
    {
        for (int worker = 0; worker < Workers; worker++)
            _ = WorkAsync();
    }

    internal Report Report(int deadSilos)
    {
        lock (_lock)
            return new Report(_calls, _failed, _longest.TotalSeconds, deadSilos);
    }

    async Task WorkAsync()
    {
        while (true) // until the process ends
        {
            long begin = Stopwatch.GetTimestamp();
            bool hasFailed = await HasFailedAsync(grains.GetGrain<IEcho>(Random.Shared.Next(Grains)).EchoAsync(_bytes));
            Count(hasFailed, Stopwatch.GetElapsedTime(begin));
            await Task.Delay(s_pause);
        }
    }

    static async Task<bool> HasFailedAsync(Task call)
    {
        await call.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return !call.IsCompletedSuccessfully;
    }

    void Count(bool hasFailed, TimeSpan time)
    {
        lock (_lock)
        {
            _calls++;
            _failed += hasFailed ? 1 : 0;
            _longest = time > _longest ? time : _longest;
        }
    }
}
