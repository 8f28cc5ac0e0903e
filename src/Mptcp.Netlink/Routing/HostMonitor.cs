using System.Net.Sockets;
using Mptcp.Netlink.Transport;
using Mptcp.Sockets.Interop;
using static Mptcp.Netlink.Interop.RouteConstants;
using static Mptcp.Sockets.Interop.NetlinkConstants;

namespace Mptcp.Netlink.Routing;

/// <summary>
/// Tells when interfaces, addresses, routes or rules change in the network namespace of the thread that has opened it. A change is a reason to read all of them: so a notification that the
/// kernel had no room for loses nothing. Not for several threads at once.
/// </summary>
sealed class HostMonitor : IDisposable
{
    const int BufferSize = 256 * 1024;

    static readonly int[] s_groups =
    [
        RTNLGRP_LINK, RTNLGRP_IPV4_IFADDR, RTNLGRP_IPV6_IFADDR, RTNLGRP_IPV4_ROUTE, RTNLGRP_IPV6_ROUTE, RTNLGRP_IPV4_RULE, RTNLGRP_IPV6_RULE,
    ];

    readonly NetlinkSubscription _changes;

    HostMonitor(NetlinkSubscription changes) => _changes = changes;

    /// <exception cref="SocketException">No more sockets can be opened.</exception>
    internal static HostMonitor Open()
    {
        NetlinkSocket socket = NetlinkSocket.Open(NETLINK_ROUTE);
        try
        {
            var subscription = new NetlinkSubscription(socket, BufferSize);
            foreach (int group in s_groups)
                socket.SetOption(SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, group);

            return new HostMonitor(subscription);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Waits until something may have changed. All that has changed by then is one change.</summary>
    /// <param name="most">For how long to wait; infinite for no limit.</param>
    /// <param name="clock">The clock of that time.</param>
    /// <param name="isLossFor">Whether a loss of this interface matters.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    internal async Task<HostChange> WaitAsync(TimeSpan most, TimeProvider clock, Func<int, bool> isLossFor, CancellationToken cancellationToken)
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

    public void Dispose() => _changes.Dispose();

    HostChange Take(Func<int, bool> isLossFor)
    {
        var change = HostChange.None;
        while (_changes.TryTake(out ReadOnlySpan<byte> datagram))
        {
            // A gap may have been anything.
            HostChange taken = datagram.IsEmpty || IsLoss(datagram, isLossFor) ? HostChange.Loss : HostChange.Some;
            change = taken > change ? taken : change;
        }

        return change;
    }

    /// <summary>Whether an interface has lost its carrier, was taken down or removed, or has lost an address.</summary>
    static bool IsLoss(ReadOnlySpan<byte> datagram, Func<int, bool> isLossFor)
    {
        try
        {
            foreach (NetlinkMessage message in new NetlinkMessages(datagram))
            {
                if (FindLoser(message) is { } index && isLossFor(index))
                    return true;
            }

            return false;
        }
        catch (InvalidDataException)
        {
            return true; // what makes no sense may have been anything
        }
    }

    static int? FindLoser(NetlinkMessage message) => message.Type switch
    {
        RTM_DELLINK => LinkMessage.Parse(message).Index,
        RTM_NEWLINK when LinkMessage.Parse(message) is { IsUp: false } or { HasCarrier: false } => LinkMessage.Parse(message).Index,
        RTM_DELADDR => AddressMessage.Parse(message)?.Index,
        _ => null,
    };
}
