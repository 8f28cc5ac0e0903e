using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Mptcp.Lab.Interop;

/// <summary>
/// .NET creates threads for sockets, timers, signals and the pool when something first needs them, and shares them in the whole process. A
/// new thread is in the network namespace of its creator. A thread on a host that creates them would move them, and the sockets that they
/// create, to that host. So this class creates them beforehand. It refills the pool while code runs on a host, because idle threads of the
/// pool end.
/// </summary>
static class RuntimeThreads
{
    internal static readonly TimeSpan FillInterval = TimeSpan.FromSeconds(5); // a thread of the pool ends after 20 s without work
    static readonly TimeSpan s_timeout = TimeSpan.FromMilliseconds(200);
    static readonly TimeSpan s_timeoutIfAllExist = TimeSpan.FromMilliseconds(2); // the user's work may have taken an idle thread meanwhile

    static readonly Lock s_lock = new();
    static long? s_filledAt;

    /// <summary>
    /// Call it on a thread that is on no host: before a thread enters a host, and every <see cref="FillInterval"/> while that thread is
    /// there.
    /// </summary>
    internal static void EnsureStarted()
    {
        lock (s_lock)
        {
            if (s_filledAt is null)
                StartPermanentThreads();

            if (s_filledAt is { } filledAt && Environment.TickCount64 - filledAt < FillInterval.TotalMilliseconds)
                return;

            FillPool();
            s_filledAt = Environment.TickCount64;
        }
    }

    static void StartPermanentThreads()
    {
        PosixSignalRegistration.Create(PosixSignal.SIGHUP, static _ => { }).Dispose();
        new Timer(static _ => { }, null, TimeSpan.FromHours(1), Timeout.InfiniteTimeSpan).Dispose();
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        using var cancellation = new CancellationTokenSource();
        _ = socket.ReceiveAsync(new byte[1], cancellation.Token).AsTask(); // waits for data, for which .NET creates a thread
        cancellation.Cancel();
    }

    /// <summary>
    /// Makes the pool start all threads that it starts for queued work, and uses each idle one once. The pool creates further ones from a
    /// thread of its own. A busy thread already exists, so nobody waits for it.
    /// </summary>
    /// <returns><see langword="true"/> if no thread timed out.</returns>
    internal static bool FillPool()
    {
        ThreadPool.GetMinThreads(out int count, out _);
        ThreadPool.GetMaxThreads(out int most, out _);
        ThreadPool.GetAvailableThreads(out int available, out _);
        int idle = count - (most - available);
        if (idle <= 0)
            return true;

        TimeSpan patience = ThreadPool.ThreadCount < count ? s_timeout : s_timeoutIfAllExist;
        var all = new CountdownEvent(idle);
        for (int i = 0; i < idle; i++)
        {
            ThreadPool.UnsafeQueueUserWorkItem(
                _ =>
                {
                    all.Signal();
                    all.Wait(patience);
                },
                null);
        }

        return all.Wait(patience);
    }
}
