using System.Net.Sockets;

namespace Mptcp.Netlink.Endpoints;

/// <summary>
/// Lets one process at a time keep the endpoints of a network namespace. The process listens at an abstract Unix address. The kernel has
/// that address once in each network namespace, and frees it however the process ends. The other processes wait, connected to it, so the
/// first one knows of them.
/// </summary>
sealed class EndpointsLease : IDisposable
{
    /// <summary>Any process of the host can connect, and each takes a descriptor.</summary>
    internal const int MostAwaiting = 64;

    static readonly UnixDomainSocketEndPoint s_address = new("\0mptcp-netlink-endpoints");

    // Created on the thread that is in the network namespace. Other threads use them.
    readonly Socket _listener = New(), _waiter;
    readonly List<Socket> _awaiting = []; // their processes wait until they are closed
    bool _isSpent;

    internal EndpointsLease()
    {
        try
        {
            _waiter = New();
        }
        catch
        {
            _listener.Dispose();
            throw;
        }
    }

    /// <summary>Gets whether this process keeps the endpoints.</summary>
    internal bool IsHeld { get; private set; }

    /// <summary>Gets whether other processes wait for the lease.</summary>
    internal bool IsAwaited
    {
        get
        {
            RemoveEnded();
            while (IsHeld && _awaiting.Count < MostAwaiting && _listener.Poll(0, SelectMode.SelectRead))
            {
                _awaiting.Add(_listener.Accept());
                RemoveEnded();
            }

            return _awaiting.Count > 0;
        }
    }

    /// <summary>Takes the lease if no process has it.</summary>
    internal bool TryTake()
    {
        if (IsHeld)
            return true;

        try
        {
            _listener.Bind(s_address);
            _listener.Listen();
            IsHeld = true;
        }
        catch (SocketException e) when (e.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
        }

        return IsHeld;
    }

    /// <summary>Waits until the process that has the lease may have ended, or the time is over.</summary>
    internal async Task WaitAsync(TimeSpan most, TimeProvider clock, CancellationToken cancellationToken)
    {
        using var enough = new CancellationTokenSource(most, clock);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(enough.Token, cancellationToken);
        try
        {
            if (_isSpent)
                await Task.Delay(Timeout.InfiniteTimeSpan, ending.Token).ConfigureAwait(false); // another process was faster

            if (!_waiter.Connected)
                await _waiter.ConnectAsync(s_address, ending.Token).ConfigureAwait(false);

            await _waiter.ReceiveAsync(new byte[1], ending.Token).ConfigureAwait(false);
            _isSpent = true;
        }
        catch (SocketException)
        {
            _isSpent = _waiter.Connected; // otherwise, nobody listens any more
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
        }
    }

    public void Dispose()
    {
        IsHeld = false;
        _listener.Dispose(); // first, so that a process that is woken finds the address free
        _awaiting.ForEach(other => other.Dispose());
        _waiter.Dispose();
    }

    /// <summary>Removes the processes that have ended: their sockets are readable.</summary>
    void RemoveEnded()
    {
        foreach (Socket ended in _awaiting.Where(other => other.Poll(0, SelectMode.SelectRead)).ToArray())
        {
            _awaiting.Remove(ended);
            ended.Dispose();
        }
    }

    static Socket New() => new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
}
