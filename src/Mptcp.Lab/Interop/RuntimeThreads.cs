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
    static readonly TimeSpan s_patienceWithBusyThreads = TimeSpan.FromMilliseconds(10); // the user's work waits no longer than this

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
    /// Makes the pool start all threads that it starts when work is queued, and use each once. The pool itself starts more from a thread of its own. Threads that
    /// do not come are busy with something else, so they exist.
    /// </summary>
    static void FillPool()
    {
        ThreadPool.GetMinThreads(out int count, out _);
        TimeSpan patience = ThreadPool.ThreadCount < count ? s_patience : s_patienceWithBusyThreads;
        var all = new CountdownEvent(count);
        for (int i = 0; i < count; i++)
        {
            ThreadPool.UnsafeQueueUserWorkItem(
                _ =>
                {
                    all.Signal();
                    all.Wait(patience);
                },
                null);
        }

        all.Wait(patience);
    }
}
