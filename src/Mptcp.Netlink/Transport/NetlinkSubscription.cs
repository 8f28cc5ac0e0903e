using System.Net.Sockets;
using static Mptcp.Sockets.Interop.NetlinkConstants;

namespace Mptcp.Netlink.Transport;

/// <summary>
/// Takes what a netlink socket is sent without asking. Where that is more than is taken, the kernel drops what comes, and goes on only once all that it has kept was
/// taken. So a gap is behind what is there when it becomes known, and is told at that place.
/// </summary>
sealed class NetlinkSubscription : IDisposable
{
    const int SmallestDatagram = 256; // of its buffer, in the kernel's count, which includes its own structures

    readonly NetlinkSocket _socket;
    readonly Socket _waiter;
    readonly int _most;
    int? _untilGap;

    /// <summary>Takes over the socket.</summary>
    internal NetlinkSubscription(NetlinkSocket socket, int bufferSize)
    {
        _socket = socket;
        BufferSize = socket.SetKernelBuffer(bufferSize);
        _most = BufferSize / SmallestDatagram;
        _waiter = new Socket(socket.Handle); // .NET can wait for it, but not receive from it
    }

    /// <summary>How many bytes the kernel keeps, its own structures included.</summary>
    internal int BufferSize { get; }

    /// <summary>Waits until there is something to take. May return without.</summary>
    /// <exception cref="SocketException">The subscription was disposed of.</exception>
    internal async ValueTask WaitAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _waiter.ReceiveAsync(Memory<byte>.Empty, SocketFlags.Peek, cancellationToken).ConfigureAwait(false);
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.NoBufferSpaceAvailable)
        {
            _untilGap ??= _most; // whoever asks first is told
        }
    }

    /// <summary>Takes the next datagram, a gap (an empty one), or nothing.</summary>
    /// <returns>False if there is nothing now.</returns>
    internal bool TryTake(out ReadOnlySpan<byte> datagram)
    {
        datagram = default;
        int errno = _untilGap == 0 ? EAGAIN : _socket.TryReceive(out datagram);
        while (errno is ENOBUFS or EMSGSIZE)
        {
            _untilGap ??= _most;
            errno = _socket.TryReceive(out datagram);
        }

        switch (errno)
        {
            case 0:
                _untilGap -= 1;
                return true;
            case EAGAIN when _untilGap is not null:
                _untilGap = null;
                return true;
            case EAGAIN:
                return false;
            default:
                throw Sockets.Interop.Errno.ToException(errno);
        }
    }

    public void Dispose()
    {
        _waiter.Dispose();
        _socket.Dispose();
    }
}
