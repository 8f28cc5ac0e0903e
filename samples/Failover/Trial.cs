using System.Collections.Concurrent;
using System.Diagnostics;
using Mptcp.Lab;
using Mptcp.Sockets;

namespace Failover;

/// <summary>One download. The path on which it started is cut on the way. Its properties can be read while it runs.</summary>
sealed class Trial(Testbed testbed, string name, MptcpMode mode, long size, TimeSpan outage)
{
    static readonly TimeSpan s_pause = TimeSpan.FromSeconds(0.1);

    readonly Stopwatch _clock = new();
    readonly ConcurrentQueue<Incident> _incidents = new();
    readonly long _wifiBefore = testbed.Wifi.ReadBytesSent(testbed.Server), _cellularBefore = testbed.Cellular.ReadBytesSent(testbed.Server);
    volatile bool _isCut;

    internal string Name => name;

    internal long Size => size;

    internal TimeSpan Elapsed => _clock.Elapsed;

    internal Series Wifi { get; } = new("wifi", Testbed.WifiMegabits);

    internal Series Cellular { get; } = new("cellular", Testbed.CellularMegabits);

    internal Series Application { get; } = new("application", Testbed.WifiMegabits + Testbed.CellularMegabits);

    /// <summary>Gets the time since the application received its last byte.</summary>
    internal TimeSpan Waiting { get; private set; }

    internal IReadOnlyCollection<Incident> Incidents => _incidents;

    /// <param name="look">Called about ten times a second, and once at the end.</param>
    /// <param name="cancellationToken">Cancels the download.</param>
    internal async Task<Outcome> RunAsync(Action look, CancellationToken cancellationToken)
    {
        await using Origin origin = await Origin.StartAsync(testbed.Server, size, cancellationToken);
        using var download = new Download(testbed.Client, mode, size)
        {
            Stalled = stall => Tell($"the application receives bytes again, after {stall.TotalSeconds:F1} s"),
        };
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);

        _clock.Start();
        Task<byte[]> downloading = download.RunAsync(new Uri($"http://{testbed.Wifi.GetAddress(testbed.Server)}:{Origin.Port}/"), cancellationToken);
        Task<TimeSpan> cutting = CutAsync(testbed.Wifi, download.ThirdReceived, ended.Token);
        try
        {
            while (await Task.WhenAny(downloading, Task.Delay(s_pause, CancellationToken.None)) != downloading)
            {
                Measure(download);
                look();
            }

            await downloading;
            _clock.Stop();
            Measure(download);
        }
        finally
        {
            await ended.CancelAsync();
            await cutting;
        }

        byte[] sent = await origin.Sent.WaitAsync(cancellationToken);
        byte[] received = await downloading;
        bool isIntact = download.Received == size && received.SequenceEqual(sent);
        Tell(isIntact ? "complete, with the same SHA-256 at both ends" : "the received bytes are NOT the sent ones");
        look();
        return new Outcome(
            name, download.State, download.Received, isIntact, Elapsed, await cutting, download.LongestStall, Wifi.Bytes, Cellular.Bytes);
    }

    /// <summary>Cuts the path, and returns for how long. Ends early if the download ends.</summary>
    async Task<TimeSpan> CutAsync(LabLink path, Task when, CancellationToken ended)
    {
        await when.WaitAsync(ended).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (ended.IsCancellationRequested)
            return TimeSpan.Zero;

        using LabFault cut = path.Blackhole();
        var cutFor = Stopwatch.StartNew();
        _isCut = true;
        Tell($"{path.Name} is cut: packets vanish, and neither host is notified");

        await Task.Delay(outage, ended).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);

        cut.Dispose();
        cutFor.Stop();
        _isCut = false;
        if (!ended.IsCancellationRequested)
            Tell($"{path.Name} is back, after {cutFor.Elapsed.TotalSeconds:F1} s");

        return cutFor.Elapsed;
    }

    void Measure(Download download)
    {
        TimeSpan now = Elapsed;
        Wifi.Add(now, testbed.Wifi.ReadBytesSent(testbed.Server) - _wifiBefore, _isCut);
        Cellular.Add(now, testbed.Cellular.ReadBytesSent(testbed.Server) - _cellularBefore);
        Application.Add(now, download.Received);
        Waiting = download.Waiting;
    }

    void Tell(string what) => _incidents.Enqueue(new Incident(Elapsed, what));
}
