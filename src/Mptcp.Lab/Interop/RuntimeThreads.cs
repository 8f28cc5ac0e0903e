using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Mptcp.Lab.Interop;

/// <summary>
/// The threads that .NET makes when something first needs them, and keeps for everything: of sockets, timers, signals and the thread pool. A thread
/// begins in the network namespace of the one that makes it. Made by a thread that is on a host, they would be on that host as long as the process
/// lives, with every socket that is made on them, and hold its namespace. So they are made before, and those of the pool again and again as long as
/// code runs on a host, for they end when they have nothing to do.
/// </summary>
static class RuntimeThreads
{
    internal static readonly TimeSpan BetweenFills = TimeSpan.FromSeconds(5); // a thread of the pool ends after 20 s without work
    static readonly TimeSpan s_patience = TimeSpan.FromMilliseconds(200);
    static readonly TimeSpan s_patienceWhenAllExist = TimeSpan.FromMilliseconds(2); // the user's work may have taken an idle thread meanwhile

    static readonly Lock s_lock = new();
    static long? s_filledAt;

    /// <summary>To be called on a thread that is on no host, before another enters a host and, every <see cref="BetweenFills"/>, as long as it is there.</summary>
    internal static void EnsureStarted()
    {
        lock (s_lock)
        {
            if (s_filledAt is null)
                StartThoseThatStay();

            if (s_filledAt is { } filledAt && Environment.TickCount64 - filledAt < BetweenFills.TotalMilliseconds)
                return;

            FillPool();
            s_filledAt = Environment.TickCount64;
        }
    }

    static void StartThoseThatStay()
    {
        PosixSignalRegistration.Create(PosixSignal.SIGHUP, static _ => { }).Dispose();
        new Timer(static _ => { }, null, TimeSpan.FromHours(1), Timeout.InfiniteTimeSpan).Dispose();
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        using var cancellation = new CancellationTokenSource();
        _ = socket.ReceiveAsync(new byte[1], cancellation.Token).AsTask(); // has to wait for something to arrive, for which there is a thread
        cancellation.Cancel();
    }

    /// <summary>
    /// Makes the pool start all threads that it starts when work is queued, and uses each idle one once. The pool itself starts more from a thread of its own.
    /// A thread that is busy exists, so nobody waits for it.
    /// </summary>
    /// <returns><see langword="true"/> if no thread had to wait in vain.</returns>
    internal static bool FillPool()
    {
        ThreadPool.GetMinThreads(out int count, out _);
        ThreadPool.GetMaxThreads(out int most, out _);
        ThreadPool.GetAvailableThreads(out int available, out _);
        int idle = count - (most - available);
        if (idle <= 0)
            return true;

        TimeSpan patience = ThreadPool.ThreadCount < count ? s_patience : s_patienceWhenAllExist;
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
