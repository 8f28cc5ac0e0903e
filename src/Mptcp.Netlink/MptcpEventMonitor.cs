using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Mptcp.Netlink.PathManager;
using Mptcp.Netlink.Transport;
using Mptcp.Sockets;
using Mptcp.Sockets.Interop;

namespace Mptcp.Netlink;

/// <summary>Reads the events of MPTCP connections in a network namespace as they happen, as <c>ip mptcp monitor</c> does.</summary>
/// <remarks>
/// <para>Needs <c>CAP_NET_ADMIN</c>. The events are those of the network namespace of the thread that called <see cref="Open"/>, since that
/// call. Only the kernel keeps events until they are read. If they come faster than they are read, the kernel eventually drops some. Then
/// <see cref="MptcpEventsLost"/> takes their place, and the reader lists the connections again:</para>
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
/// <para>The type is thread-safe for one reader, and any thread may dispose of the monitor at any time, which ends the reading.</para>
/// </remarks>
public sealed class MptcpEventMonitor : IAsyncDisposable
{
    /// <summary>
    /// The default size of the kernel's buffer, in bytes: 16 MiB, enough for about 16,000 events. The buffer takes memory only as it fills.
    /// </summary>
    public const int DefaultReceiveBufferSize = 16 * 1024 * 1024;

    const int SmallestBuffer = 4 * 1024; // the kernel raises a smaller size to about this

    readonly PathManagerSocket _socket;
    readonly NetlinkSubscription _subscription;
    readonly Queue<MptcpEvent> _taken = new(); // events of one datagram that the reader has not taken yet
    volatile bool _isDisposed;
    int _readers;

    MptcpEventMonitor(PathManagerSocket socket, int receiveBufferSize)
    {
        _socket = socket;
        _subscription = new NetlinkSubscription(socket.Netlink, receiveBufferSize);
        socket.JoinEvents();
    }

    /// <summary>
    /// Gets the size of the kernel's buffer, in bytes, including the kernel's own structures. It is smaller than requested if this process
    /// may not exceed <c>net.core.rmem_max</c>.
    /// </summary>
    public int ReceiveBufferSize => _subscription.BufferSize;

    /// <summary>Opens a monitor. Events are collected from now on.</summary>
    /// <param name="receiveBufferSize">
    /// The number of bytes that the kernel keeps while nobody reads, including its own structures: about 1,000 for an event.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">The size is less than 4 KiB.</exception>
    /// <exception cref="MptcpPrivilegeException">This process lacks <c>CAP_NET_ADMIN</c>.</exception>
    /// <exception cref="MptcpNotSupportedException">This system has no MPTCP, or does not report events (before Linux 5.12).</exception>
    /// <exception cref="SocketException">The process has too many open files.</exception>
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

    /// <summary>
    /// Reads the events since the last one that was read, or since <see cref="Open"/>, and then waits for further ones, until the monitor
    /// is disposed of.
    /// </summary>
    /// <param name="cancellationToken">Ends the reading. The monitor continues to collect events, and the reading can be resumed.</param>
    /// <exception cref="InvalidOperationException">Another reader is active. Use one monitor for each reader.</exception>
    /// <exception cref="ObjectDisposedException">The monitor was disposed of before.</exception>
    /// <exception cref="OperationCanceledException">The reading was cancelled.</exception>
    /// <exception cref="InvalidDataException">The kernel sent an invalid message. The reading can be resumed after it.</exception>
    public async IAsyncEnumerable<MptcpEvent> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if (Interlocked.Exchange(ref _readers, 1) != 0)
            throw new InvalidOperationException("Another reader is reading the events of this monitor. Use one monitor for each reader.");

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

    /// <summary>Ends the collecting, and completes the enumeration of a reader.</summary>
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
