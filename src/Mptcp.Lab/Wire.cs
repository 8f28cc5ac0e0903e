using System.Diagnostics;
using Mptcp.Lab.Interop;

namespace Mptcp.Lab;

/// <summary>
/// Carries the packets of a link with a delay: one thread between two devices, each of which is the peer of a host's device. The kernel's
/// netem is not used because not every kernel has it. With a second mechanism for the others, a lost carrier and a corrupted packet would
/// differ from kernel to kernel.
/// </summary>
sealed class Wire : IDisposable
{
    readonly Wakeup _wakeup = new();
    readonly Thread _thread;

    Wire(Action<Wire> carry, string link) => _thread = new Thread(() => carry(this)) { Name = $"lab: wire of {link}", IsBackground = true };

    /// <summary>Starts a wire.</summary>
    /// <exception cref="LabException">The kernel refuses.</exception>
    internal static Wire Start(LabLink link, LabHost backstage)
    {
        var started = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var wire = new Wire(
            self =>
            {
                try
                {
                    backstage.EnterPermanently(); // wherever the caller is
                    using var first = new PacketSocket(backstage.ReadIndex(link.First.WireName));
                    using var second = new PacketSocket(backstage.ReadIndex(link.Second.WireName));
                    started.SetResult();
                    self.Carry(first, second, new WireDirection(link.First, first, second), new WireDirection(link.Second, second, first));
                }
                catch (Exception e) when (!started.Task.IsCompleted)
                {
                    started.SetException(e); // the caller's wait throws it
                }
            },
            link.Name);
        wire._thread.Start();
        try
        {
            started.Task.GetAwaiter().GetResult();
            return wire;
        }
        catch
        {
            wire.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        _wakeup.Stop();
        _thread.Join();
        _wakeup.Dispose();
    }

    void Carry(PacketSocket first, PacketSocket second, WireDirection there, WireDirection back)
    {
        while (!_wakeup.IsStopped)
        {
            bool isMoreThere = there.Receive(), isMoreBack = back.Receive();
            long now = Stopwatch.GetTimestamp();
            there.Send(now);
            back.Send(now);
            _wakeup.Wait(isMoreThere || isMoreBack ? TimeSpan.Zero : UntilNextDue(there, back), first, second);
        }
    }

    static TimeSpan? UntilNextDue(WireDirection there, WireDirection back)
    {
        long due = Math.Min(there.NextDue ?? long.MaxValue, back.NextDue ?? long.MaxValue);
        return due == long.MaxValue ? null : Stopwatch.GetElapsedTime(Math.Min(Stopwatch.GetTimestamp(), due), due);
    }
}
