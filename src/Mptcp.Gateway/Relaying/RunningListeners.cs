using Mptcp.Sockets.Relays;

namespace Mptcp.Gateway.Relaying;

/// <summary>
/// The listeners that have not ended: including those of removed routes whose connections continue. A listener knows its relays anyway,
/// so the list costs no connection anything.
/// </summary>
sealed class RunningListeners : IRelayList
{
    readonly HashSet<RouteListener> _listeners = [];

    internal async Task RunAsync(RouteListener listener, CancellationToken stop, CancellationToken abort)
    {
        lock (_listeners)
            _listeners.Add(listener);

        try
        {
            await listener.RunAsync(stop, abort).ConfigureAwait(false);
        }
        finally
        {
            lock (_listeners)
                _listeners.Remove(listener);
        }
    }

    public IReadOnlyList<RelayedConnection> Read()
    {
        RouteListener[] listeners;
        lock (_listeners)
            listeners = [.. _listeners];

        return [.. listeners.SelectMany(listener => listener.DescribeRelays())];
    }
}
