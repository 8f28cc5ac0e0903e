using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Mptcp.Netlink.PathManager;
using Mptcp.Netlink.Transport;
using Mptcp.Sockets;
using Mptcp.Sockets.Interop;

namespace Mptcp.Netlink;

/// <summary>What happens to this host's MPTCP connections, as it happens: what <c>ip mptcp monitor</c> shows.</summary>
/// <remarks>
/// <para>Needs <c>CAP_NET_ADMIN</c>. Events are those of the network namespace of the thread that called <see cref="Open"/>, from then on. The kernel keeps them until
/// they are read; nothing else does. Where they come faster than they are read for too long, the kernel drops some and waits for nobody: then there is a
/// <see cref="MptcpEventsLost"/> in their place, and the reader looks afresh:</para>
/// <code>
/// await using MptcpEventMonitor monitor = MptcpEventMonitor.Open();
/// var connections = MptcpConnections.List().ToDictionary(connection => connection.Token);
/// await foreach (MptcpEvent what in monitor.ReadAllAsync(cancellationToken))
/// {
///     switch (what)
///     {
///         case MptcpConnectionEstablished established when MptcpConnections.Find(established.Token, includeSubflows: false) is { } found:
///             connections[found.Token] = found;
///             break;
///         case MptcpConnectionClosed closed:
///             connections.Remove(closed.Token);
///             break;
///         case MptcpEventsLost:
///             connections = MptcpConnections.List().ToDictionary(connection => connection.Token);
///             break;
///     }
/// }
/// </code>
/// </remarks>
public sealed class MptcpEventMonitor : IAsyncDisposable
{
    /// <summary>The size of the kernel's buffer, in bytes, where no other is asked for: 16 MiB, which some 16,000 events fill. It takes memory only as far as it is
    /// filled.</summary>
    public const int DefaultReceiveBufferSize = 16 * 1024 * 1024;

    const int SmallestBuffer = 4 * 1024; // about what the kernel makes of less

    readonly PathManagerSocket _socket;
    readonly NetlinkSubscription _subscription;
    readonly Queue<MptcpEvent> _taken = new(); // from the kernel, by a reader who may leave before he has read them all
    volatile bool _isDisposed;
    int _readers;

    MptcpEventMonitor(PathManagerSocket socket, int receiveBufferSize)
    {
        _socket = socket;
        _subscription = new NetlinkSubscription(socket.Netlink, receiveBufferSize);
        socket.JoinEvents();
    }

    /// <summary>
    /// How large the kernel's buffer has become, in bytes, its own structures included. Less than was asked for where this process may not have more than
    /// <c>net.core.rmem_max</c>.
    /// </summary>
    public int ReceiveBufferSize => _subscription.BufferSize;

    /// <summary>Begins to collect events.</summary>
    /// <param name="receiveBufferSize">How many bytes of them the kernel keeps while nobody reads, its own structures included: about 1,000 an event.</param>
    /// <exception cref="ArgumentOutOfRangeException">The size is less than 4 KiB.</exception>
    /// <exception cref="MptcpPrivilegeException">This process lacks <c>CAP_NET_ADMIN</c>.</exception>
    /// <exception cref="MptcpNotSupportedException">This system has no MPTCP, or tells no events of it (before Linux 5.12).</exception>
    /// <exception cref="SocketException">No more sockets can be opened.</exception>
    public static MptcpEventMonitor Open(int receiveBufferSize = DefaultReceiveBufferSize)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(receiveBufferSize, SmallestBuffer);
        PathManagerSocket socket = PathManagerSocket.Open();
        try
        {
            return new MptcpEventMonitor(socket, receiveBufferSize);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>The events since the last that was read, or since <see cref="Open"/>, and then those to come, until the monitor is disposed of.</summary>
    /// <param name="cancellationToken">Ends the reading, not the collecting: it can be taken up again.</param>
    /// <exception cref="InvalidOperationException">Somebody else is reading. Two readers take two monitors.</exception>
    /// <exception cref="ObjectDisposedException">The monitor was disposed of before.</exception>
    /// <exception cref="OperationCanceledException">The reading was cancelled.</exception>
    /// <exception cref="InvalidDataException">What the kernel says is no event at all. The reading can be taken up again, behind it.</exception>
    public async IAsyncEnumerable<MptcpEvent> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if (Interlocked.Exchange(ref _readers, 1) != 0)
            throw new InvalidOperationException("Somebody else is reading the events of this monitor. Two readers take two monitors.");

        try
        {
            while (!_isDisposed)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (_taken.TryDequeue(out MptcpEvent? what))
                    yield return what;
                else if (!TryTake())
                    await WaitAsync(cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            Volatile.Write(ref _readers, 0);
        }
    }

    /// <summary>Ends the collecting, and whoever is reading comes to an end.</summary>
    public ValueTask DisposeAsync()
    {
        _isDisposed = true;
        _subscription.Dispose();
        _socket.Dispose();
        return ValueTask.CompletedTask;
    }

    bool TryTake()
    {
        try
        {
            if (!_subscription.TryTake(out ReadOnlySpan<byte> datagram))
                return false;

            DateTimeOffset now = DateTimeOffset.UtcNow;
            if (datagram.IsEmpty)
                _taken.Enqueue(new MptcpEventsLost { Time = now });

            foreach (NetlinkMessage message in new NetlinkMessages(datagram))
            {
                if (_socket.IsOfFamily(message))
                    _taken.Enqueue(EventParser.Parse(message) with { Time = now });
            }

            return true;
        }
        catch (ObjectDisposedException) when (_isDisposed)
        {
            return false;
        }
    }

    async ValueTask WaitAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _subscription.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (_isDisposed && e is SocketException or ObjectDisposedException)
        {
            // That ends the reading.
        }
    }
}
