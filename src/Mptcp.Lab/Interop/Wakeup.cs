using Microsoft.Win32.SafeHandles;
using static Mptcp.Lab.Interop.PacketConstants;
using static Mptcp.Lab.Interop.PacketLayout;

namespace Mptcp.Lab.Interop;

/// <summary>Waits until a frame arrives, a time passes or another thread calls <see cref="Stop"/>: ppoll(2), eventfd(2).</summary>
sealed unsafe class Wakeup : IDisposable
{
    readonly SafeFileHandle _event = Libc.eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);

    internal bool IsStopped { get; private set; }

    internal void Stop()
    {
        ulong one = 1;
        _ = Libc.write(_event, &one, sizeof(ulong));
    }

    /// <param name="patience">The longest wait; <c>null</c> for no limit.</param>
    /// <param name="sources">The sockets on which frames arrive.</param>
    internal void Wait(TimeSpan? patience, params ReadOnlySpan<PacketSocket> sources)
    {
        pollfd* awaited = stackalloc pollfd[sources.Length + 1];
        for (int i = 0; i < sources.Length; i++)
            awaited[i] = Awaiting(sources[i].Handle);

        awaited[sources.Length] = Awaiting(_event);
        timespec time = default;
        if (patience is { } limit)
        {
            const int nanosecondsPerTick = 100;
            time.tv_sec = (nint)(limit.Ticks / TimeSpan.TicksPerSecond);
            time.tv_nsec = (nint)(limit.Ticks % TimeSpan.TicksPerSecond * nanosecondsPerTick);
        }

        if (Libc.ppoll(awaited, (nuint)sources.Length + 1, patience is null ? null : &time, null) > 0)
            IsStopped = awaited[sources.Length].revents != 0;
    }

    public void Dispose() => _event.Dispose();

    static pollfd Awaiting(SafeFileHandle handle) => new() { fd = (int)handle.DangerousGetHandle(), events = POLLIN };
}
