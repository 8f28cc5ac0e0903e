using System.Net.Sockets;

namespace Mptcp.Netlink.Endpoints;

/// <summary>
/// Lets one process at a time keep the endpoints of a network namespace: it listens at an abstract Unix address, which the kernel has once in each network namespace, and frees however the process
/// ends. The others wait, connected to it, so that it knows of them.
/// </summary>
sealed class EndpointsLease : IDisposable
{
    static readonly UnixDomainSocketEndPoint s_address = new("\0mptcp-netlink-endpoints");

    // Made on the thread that is in the network namespace, whatever thread uses them.
    readonly Socket _listener = New(), _waiter = New();
    readonly List<Socket> _awaiting = []; // closed with the lease, which is what they wait for
    bool _isSpent;

    /// <summary>Gets whether this process keeps the endpoints.</summary>
    internal bool IsHeld { get; private set; }

    /// <summary>Gets whether other processes would keep them.</summary>
    internal bool IsAwaited
    {
        get
        {
            while (IsHeld && _listener.Poll(0, SelectMode.SelectRead))
                _awaiting.Add(_listener.Accept());

            return _awaiting.Exists(other => !other.Poll(0, SelectMode.SelectRead)); // one that has ended can be read to its end
        }
    }

    /// <summary>Takes the lease if nobody has it.</summary>
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
        _listener.Dispose(); // first, so that those that are woken find it free
        _awaiting.ForEach(other => other.Dispose());
        _waiter.Dispose();
    }

    static Socket New() => new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
}
