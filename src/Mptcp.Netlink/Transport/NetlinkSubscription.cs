using System.Net.Sockets;
using static Mptcp.Sockets.Interop.NetlinkConstants;

namespace Mptcp.Netlink.Transport;

/// <summary>
/// Receives the notifications of a netlink socket. If they come too fast, the kernel drops new ones until all that it kept were read. So a
/// gap is located after the notifications that are waiting when it becomes known, and is reported at that place.
/// </summary>
sealed class NetlinkSubscription : IDisposable
{
    const int SmallestDatagram = 256; // the size in the kernel's buffer, which includes its own structures

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

    /// <summary>The number of bytes that the kernel keeps, including its own structures.</summary>
    internal int BufferSize { get; }

    /// <summary>Waits until there is a notification. May return without one.</summary>
    /// <exception cref="SocketException">The subscription was disposed of.</exception>
    internal async ValueTask WaitAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _waiter.ReceiveAsync(Memory<byte>.Empty, SocketFlags.Peek, cancellationToken).ConfigureAwait(false);
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.NoBufferSpaceAvailable)
        {
            _untilGap ??= _most; // the first caller gets the report
        }
    }

    /// <summary>Blocks the thread until there is a notification, or <see cref="Wake"/> is called. May return without either.</summary>
    internal void Wait() => _waiter.Poll(Timeout.InfiniteTimeSpan, SelectMode.SelectRead);

    /// <summary>
    /// Ends a wait, also one that begins later, unless <see cref="TryTake"/> runs in between. Other threads may call it.
    /// </summary>
    /// <exception cref="MptcpNetlinkException">The kernel has no memory, again and again.</exception>
    internal void Wake()
    {
        const int most = 3; // without a wake, a service would not end
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                _socket.Echo();
                return;
            }
            catch (MptcpNetlinkException) when (attempt < most)
            {
                // The kernel had no memory for a moment.
            }
        }
    }

    /// <summary>Takes the next datagram, a gap (an empty datagram), or nothing.</summary>
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
