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
    readonly bool _isOverNewPaths;
    readonly TraceableStream _stream = new((ulong)Random.Shared.NextInt64());
    readonly Task _sending;
    readonly Task<WrongBytes?> _receiving;
    long _sent;
    long _received;
    volatile bool _isEnding;

    Transfer(Socket from, Socket to, bool isOverNewPaths)
    {
        (_from, _to, _isOverNewPaths) = (from, to, isOverNewPaths);
        _sending = Task.Run(SendAsync);
        _receiving = Task.Run(ReceiveAsync);
    }

    /// <param name="from">The socket that sends.</param>
    /// <param name="to">The socket that receives.</param>
    /// <param name="isOverNewPaths">Whether the receiving host may accept paths meanwhile. Some kernels have a fault there.</param>
    internal static Transfer Start(Socket from, Socket to, bool isOverNewPaths = false) => new(from, to, isOverNewPaths);

    /// <summary>Waits until this many further bytes have arrived.</summary>
    internal async Task MovesOnAsync(int bytes = 1024 * 1024)
    {
        long target = Volatile.Read(ref _received) + bytes;
        await Eventually.TrueAsync(() => Volatile.Read(ref _received) >= target || _sending.IsFaulted || _receiving.IsCompleted, $"{bytes} bytes more arrive");
        Volatile.Read(ref _received).Should().BeGreaterThanOrEqualTo(target, "the connection lives: {0}", _sending.Exception ?? _receiving.Exception);
    }

    /// <summary>Ends the transfer. All sent bytes have arrived, and no others.</summary>
    internal Task EndAsync() => EndAsync([this]);

    /// <summary>
    /// Ends transfers. All sent bytes have arrived, and no others. Skips the test if all that is wrong is a packet that the kernel has
    /// misplaced: the rest of the test proves nothing then.
    /// </summary>
    internal static async Task EndAsync(IReadOnlyCollection<Transfer> transfers)
    {
        WrongBytes?[] wrongs = await Task.WhenAll(transfers.Select(transfer => transfer.FinishAsync()));
        List<string> misplaced = [];
        foreach ((Transfer transfer, WrongBytes? wrong) in transfers.Zip(wrongs))
        {
            string? description = wrong?.Describe(transfer._sent);
            if (wrong is not null && transfer._isOverNewPaths && wrong.IsOneMisplacedPacket(transfer._sent) && await JoinRace.IsInThisKernelAsync())
                misplaced.Add(description!);
            else
                description.Should().BeNull("{0} bytes were sent, and {1} arrived", transfer._sent, transfer._received);
        }

        Assert.SkipWhen(misplaced.Count > 0, $"This kernel has misplaced a packet of a new path (docs/kernel-report.md): {string.Join("; ", misplaced)}.");
    }

    async Task<WrongBytes?> FinishAsync()
    {
        _isEnding = true;
        await _sending.WaitAsync(Limit.OfAWait);
        WrongBytes? wrong = await _receiving.WaitAsync(Limit.OfAWait);
        _received.Should().Be(_sent);
        return wrong;
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
