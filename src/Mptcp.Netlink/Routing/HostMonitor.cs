using System.Net.Sockets;
using Mptcp.Netlink.Transport;
using Mptcp.Sockets.Interop;
using static Mptcp.Netlink.Interop.RouteConstants;
using static Mptcp.Sockets.Interop.NetlinkConstants;

namespace Mptcp.Netlink.Routing;

/// <summary>
/// Reports changes of interfaces, addresses, routes and rules in the network namespace of the thread that opened it. After a change, the
/// caller reads all of them. So a notification that the kernel had to drop loses nothing. Not thread-safe.
/// </summary>
sealed class HostMonitor : IDisposable
{
    const int BufferSize = 256 * 1024;

    static readonly int[] s_groups =
    [
        RTNLGRP_LINK, RTNLGRP_IPV4_IFADDR, RTNLGRP_IPV6_IFADDR,
        RTNLGRP_IPV4_ROUTE, RTNLGRP_IPV6_ROUTE, RTNLGRP_IPV4_RULE, RTNLGRP_IPV6_RULE,
    ];

    readonly NetlinkSubscription _changes;

    HostMonitor(NetlinkSubscription changes) => _changes = changes;

    /// <exception cref="SocketException">The process has too many open files.</exception>
    internal static HostMonitor Open() => new(Subscribe(s_groups));

    /// <inheritdoc cref="Open"/>
    /// <param name="groups">The multicast groups of rtnetlink(7).</param>
    internal static NetlinkSubscription Subscribe(ReadOnlySpan<int> groups)
    {
        NetlinkSocket socket = NetlinkSocket.Open(NETLINK_ROUTE);
        try
        {
            var subscription = new NetlinkSubscription(socket, BufferSize);
            foreach (int group in groups)
                socket.SetOption(SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, group);

            return subscription;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Waits until something may have changed. All changes until then count as one.</summary>
    /// <param name="most">The longest wait; infinite for no limit.</param>
    /// <param name="clock">The clock for the wait.</param>
    /// <param name="isLossFor">Returns whether a loss of this interface matters; null if none does.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    internal async Task<HostChange> WaitAsync(
        TimeSpan most, TimeProvider clock, Func<int, bool>? isLossFor, CancellationToken cancellationToken)
    {
        HostChange change = Take(isLossFor);
        if (change != HostChange.None || most == TimeSpan.Zero)
            return change;

        using var enough = new CancellationTokenSource(most, clock);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(enough.Token, cancellationToken);
        try
        {
            while ((change = Take(isLossFor)) == HostChange.None)
                await _changes.WaitAsync(ending.Token).ConfigureAwait(false);

            return change;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return HostChange.None;
        }
    }

    /// <summary>Reports a change to the caller who waits, or to the next one. Other threads may call it.</summary>
    internal void Wake() => _changes.Wake();

    public void Dispose() => _changes.Dispose();

    HostChange Take(Func<int, bool>? isLossFor)
    {
        var change = HostChange.None;
        while (_changes.TryTake(out ReadOnlySpan<byte> datagram))
        {
            // A gap may hide any change.
            bool isLoss = isLossFor is not null && (datagram.IsEmpty || IsLoss(datagram, isLossFor));
            if (change != HostChange.Loss)
                change = isLoss ? HostChange.Loss : HostChange.Some;
        }

        return change;
    }

    /// <summary>Returns whether an interface lost its carrier, was taken down or removed, or lost an address.</summary>
    static bool IsLoss(ReadOnlySpan<byte> datagram, Func<int, bool> isLossFor)
    {
        try
        {
            foreach (NetlinkMessage message in new NetlinkMessages(datagram))
            {
                if (HostLoss.Find(message) is { } loss && isLossFor(loss.InterfaceIndex))
                    return true;
            }

            return false;
        }
        catch (InvalidDataException)
        {
            return true; // an invalid message may hide any change
        }
    }
}
