using System.Net.Sockets;

namespace Mptcp.Testing;

/// <summary>
/// Sends a stream from one socket to another until it is ended, so that a test can act meanwhile. Each byte that arrives is compared with
/// the one that was sent.
/// </summary>
sealed class Transfer
{
    const int BlockSize = 64 * 1024;

    readonly Socket _from;
    readonly Socket _to;
    readonly TraceableStream _stream = new((ulong)Random.Shared.NextInt64());
    readonly Task _sending;
    readonly Task<WrongBytes?> _receiving;
    long _sent;
    long _received;
    volatile bool _isEnding;

    Transfer(Socket from, Socket to)
    {
        _from = from;
        _to = to;
        _sending = Task.Run(SendAsync);
        _receiving = Task.Run(ReceiveAsync);
    }

    internal static Transfer Start(Socket from, Socket to) => new(from, to);

    /// <summary>Waits until this many further bytes have arrived.</summary>
    internal async Task MovesOnAsync(int bytes = 1024 * 1024)
    {
        long target = Volatile.Read(ref _received) + bytes;
        await Eventually.TrueAsync(() => Volatile.Read(ref _received) >= target || _sending.IsFaulted || _receiving.IsCompleted, $"{bytes} bytes more arrive");
        Volatile.Read(ref _received).Should().BeGreaterThanOrEqualTo(target, "the connection lives: {0}", _sending.Exception ?? _receiving.Exception);
    }

    /// <summary>
    /// Ends the transfer. All sent bytes have arrived, and no others. Skips the test if all that is wrong is what a known fault of the kernel
    /// does: nobody can tell then what else the test would have found.
    /// </summary>
    internal async Task EndAsync()
    {
        _isEnding = true;
        await _sending.WaitAsync(Limit.OfAWait);
        WrongBytes? wrong = await _receiving.WaitAsync(Limit.OfAWait);
        _received.Should().Be(_sent);
        if (wrong?.CanBeOfJoinedSubflows(_sent) == true)
            Assert.Skip($"The kernel has put the first packet of a joined subflow at a wrong place (docs/kernel-report.md): {wrong.Describe(_sent)}.");

        wrong?.Describe(_sent).Should().BeNull("{0} bytes were sent, and {1} arrived", _sent, _received);
    }

    async Task SendAsync()
    {
        while (!_isEnding)
        {
            await _from.SendAllAsync(_stream.Read(_sent, BlockSize));
            _sent += BlockSize;
        }

        _from.Shutdown(SocketShutdown.Send);
    }

    /// <summary>Returns what is wrong; null if nothing is.</summary>
    async Task<WrongBytes?> ReceiveAsync()
    {
        byte[] buffer = new byte[BlockSize];
        WrongBytes? wrong = null;
        while (await _to.ReceiveAsync(buffer.AsMemory()) is var count and > 0)
        {
            Span<byte> bytes = buffer.AsSpan(0, count);
            int right = wrong is null ? bytes.CommonPrefixLength(_stream.Read(_received, count)) : 0;
            if (right < count)
                (wrong ??= new WrongBytes(_stream, _received + right)).Add(bytes[right..]);

            Interlocked.Add(ref _received, count);
        }

        return wrong;
    }
}
