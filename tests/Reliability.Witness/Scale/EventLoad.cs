using System.Diagnostics;
using System.Net;
using Mptcp.Lab;
using Mptcp.Netlink;
using Mptcp.Sockets;
using Reliability.Conductor;

namespace Reliability.Scale;

/// <summary>
/// Makes 2,000 events a second by opening and closing listeners, each on the next port. A reader stops now and then for so long that the kernel loses events.
/// It must be told of each gap, read everything else in order, and go on.
/// </summary>
sealed class EventLoad(LabHost host, TimeSpan duration, Report report)
{
    const int EventsEach = 2, PerSecond = 2_000 / EventsEach, FirstPort = 10_000, Ports = 20_000; // none that connects use
    const int BufferSize = 2 * 1024 * 1024; // some thousand events
    const int Enough = 100; // listeners that are read at the end
    const int TooMany = 5_000; // listeners, whose events take about 10 MB
    static readonly TimeSpan s_reading = TimeSpan.FromSeconds(5);

    long _made;
    long _read;
    long _lost;
    int _gaps;
    int _losses;
    int _stops;
    volatile bool _isOver;
    volatile bool _isRead;

    internal async Task RunAsync()
    {
        await using MptcpEventMonitor monitor = host.Run(() => MptcpEventMonitor.Open(BufferSize));
        Task making = host.RunAsync(MakeAsync);
        await await Task.WhenAny(ReadAsync(monitor), making); // without new events, the reader waits forever
        _isRead = true;
        await making;
        report.Tell($"events: {_made * EventsEach} made in {duration.TotalSeconds:F0} s, {_read * EventsEach} read, {_lost * EventsEach} lost in {_gaps} gaps; "
            + $"{_losses} losses were reported, and the reader stopped {_stops} times");
        if (_gaps > _losses)
            report.Fail("A gap was not reported.");

        if (_gaps == 0 && _stops > 0)
            report.Fail("The reader stopped, and nothing was lost: the buffer holds more than this test assumes.");
    }

    async Task ReadAsync(MptcpEventMonitor monitor)
    {
        int last = -1, atTheEnd = 0;
        var sinceStop = Stopwatch.StartNew();
        await foreach (MptcpEvent next in monitor.ReadAllAsync())
        {
            if (next is MptcpEventsLost)
            {
                _losses++;
            }
            else if (next is MptcpListenerCreated created)
            {
                int number = created.LocalEndPoint.Port - FirstPort, missing = last < 0 ? 0 : (number - last - 1 + Ports) % Ports;
                _gaps += missing > 0 ? 1 : 0;
                _lost += missing;
                last = number;
                _read++;
                if (_isOver && ++atTheEnd == Enough)
                    return;
            }

            if (sinceStop.Elapsed > s_reading && !_isOver)
            {
                await StopAsync();
                sinceStop.Restart();
            }
        }
    }

    /// <summary>Reads nothing until far more events were made than the kernel keeps.</summary>
    async Task StopAsync()
    {
        long until = Volatile.Read(ref _made) + TooMany;
        while (Volatile.Read(ref _made) < until && !_isOver)
            await Task.Delay(100);

        _stops += _isOver ? 0 : 1;
    }

    /// <summary>Makes events until the time is over, and then a few more until the reader has them.</summary>
    async Task MakeAsync()
    {
        var clock = Stopwatch.StartNew();
        using var ticks = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        while (!_isRead)
        {
            _isOver = clock.Elapsed >= duration;
            if (_isOver)
                MakeOne();

            while (clock.Elapsed < duration && _made < clock.Elapsed.TotalSeconds * PerSecond)
                MakeOne();

            await ticks.WaitForNextTickAsync();
        }
    }

    void MakeOne()
    {
        MptcpSocket.Listen(new IPEndPoint(IPAddress.Loopback, FirstPort + (int)(_made % Ports)), new MptcpListenOptions { Mode = MptcpMode.Required }).Dispose();
        Volatile.Write(ref _made, _made + 1);
    }
}
