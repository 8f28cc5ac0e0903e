using System.Net.Sockets;
using System.Security.Cryptography;

namespace Mptcp.Testing;

/// <summary>
/// Sends random bytes from one socket to another until it is ended, so that a test can act meanwhile. Number and hash of the received
/// bytes must equal those of the sent ones.
/// </summary>
sealed class Transfer
{
    const int BlockSize = 64 * 1024;

    readonly Socket _from;
    readonly Socket _to;
    readonly Task<byte[]> _sending;
    readonly Task<byte[]> _receiving;
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

    /// <summary>Ends the transfer. All sent bytes have arrived, and no others.</summary>
    internal async Task EndAsync()
    {
        _isEnding = true;
        byte[] sent = await _sending.WaitAsync(Limit.OfAWait);
        byte[] received = await _receiving.WaitAsync(Limit.OfAWait);
        _received.Should().Be(_sent);
        received.Should().Equal(sent);
    }

    async Task<byte[]> SendAsync()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        while (!_isEnding)
        {
            byte[] block = Peers.RandomBytes(BlockSize);
            hash.AppendData(block);
            await _from.SendAllAsync(block);
            _sent += block.Length;
        }

        _from.Shutdown(SocketShutdown.Send);
        return hash.GetHashAndReset();
    }

    async Task<byte[]> ReceiveAsync()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] buffer = new byte[BlockSize];
        while (await _to.ReceiveAsync(buffer.AsMemory()) is var count and > 0)
        {
            hash.AppendData(buffer, 0, count);
            Interlocked.Add(ref _received, count);
        }

        return hash.GetHashAndReset();
    }
}
