using System.Buffers;
using System.Diagnostics;
using Mptcp.Lab.Interop;

namespace Mptcp.Lab;

/// <summary>
/// One direction of a <see cref="Wire"/>: the packets on their way. Only the thread of the wire uses it, except the settings.
/// </summary>
sealed class WireDirection(LabInterface sender, PacketSocket from, PacketSocket to)
{
    const int MostBytesOnTheWay = 32 * 1024 * 1024; // the amount that one gigabit per second sends in a quarter of a second
    const int MostFramesAtATime = 64; // so that due packets do not wait
    const int EthernetHeader = 14;
    static readonly TimeSpan s_reorderingTime = TimeSpan.FromMilliseconds(10);

    readonly PriorityQueue<(byte[] Buffer, int Length), (long Due, long Number)> _onTheWay = new();
    readonly byte[] _frame = new byte[PacketSocket.LargestFrame];
    int _bytesOnTheWay;
    long _number;

    /// <summary>The time when the next packet is due, in ticks of <see cref="Stopwatch"/>.</summary>
    internal long? NextDue => _onTheWay.TryPeek(out _, out (long Due, long Number) when) ? when.Due : null;

    /// <summary>Receives packets.</summary>
    /// <returns><see langword="true"/> if there may be more.</returns>
    internal bool Receive()
    {
        for (int i = 0; i < MostFramesAtATime; i++)
        {
            int length = from.Receive(_frame);
            if (length == 0)
                return false;

            Take(_frame.AsSpan(0, length));
        }

        return true;
    }

    /// <summary>Sends the packets that are due.</summary>
    internal void Send(long now)
    {
        while (_onTheWay.TryPeek(out (byte[] Buffer, int Length) frame, out (long Due, long Number) when) && when.Due <= now)
        {
            _onTheWay.Dequeue();
            to.Send(frame.Buffer.AsSpan(0, frame.Length));
            _bytesOnTheWay -= frame.Length;
            ArrayPool<byte>.Shared.Return(frame.Buffer);
        }
    }

    void Take(Span<byte> frame)
    {
        WireDelay settings = sender.Delay;
        TimeSpan delay = settings.Delay + settings.Jitter * (2 * Random.Shared.NextDouble() - 1);
        bool isDuplicated = false;
        foreach (WireFault fault in sender.WireFaults)
        {
            if (!fault.Affects())
                continue;

            switch (fault.What)
            {
                case WireFault.Kind.Reorder:
                    delay += s_reorderingTime;
                    break;
                case WireFault.Kind.Duplicate:
                    isDuplicated = true;
                    break;
                case WireFault.Kind.Corrupt when frame.Length > EthernetHeader:
                    frame[Random.Shared.Next(EthernetHeader, frame.Length)] ^= (byte)(1 << Random.Shared.Next(8));
                    break;
            }
        }

        long due = Stopwatch.GetTimestamp() + (long)(delay.TotalSeconds * Stopwatch.Frequency);
        Enqueue(frame, due);
        if (isDuplicated)
            Enqueue(frame, due);
    }

    void Enqueue(ReadOnlySpan<byte> frame, long due)
    {
        if (_bytesOnTheWay + frame.Length > MostBytesOnTheWay)
            return; // the queue is full and drops the last packet, as a real queue does

        byte[] buffer = ArrayPool<byte>.Shared.Rent(frame.Length);
        frame.CopyTo(buffer);
        _onTheWay.Enqueue((buffer, frame.Length), (due, _number++));
        _bytesOnTheWay += frame.Length;
    }
}
