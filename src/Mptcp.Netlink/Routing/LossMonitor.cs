using System.Net.Sockets;
using Mptcp.Netlink.Transport;
using Mptcp.Sockets.Interop;
using static Mptcp.Netlink.Interop.RouteConstants;

namespace Mptcp.Netlink.Routing;

/// <summary>
/// Waits for losses in the network namespace of the thread that opened it. It receives no notifications of routes, which can be very many.
/// </summary>
sealed class LossMonitor : IDisposable
{
    readonly NetlinkSubscription _changes;
    volatile bool _hasEnded;

    LossMonitor(NetlinkSubscription changes) => _changes = changes;

    /// <exception cref="SocketException">The process has too many open files.</exception>
    internal static LossMonitor Open() =>
        new(HostMonitor.Subscribe([RTNLGRP_LINK, RTNLGRP_IPV4_IFADDR, RTNLGRP_IPV6_IFADDR]));

    /// <summary>Returns losses as they happen, and blocks the thread in between, until <see cref="End"/> is called.</summary>
    internal IEnumerable<IReadOnlyList<HostLoss>> ReadAll()
    {
        while (!_hasEnded)
        {
            if (Take() is { Count: > 0 } losses)
                yield return losses;
            else if (!_hasEnded) // Take may have taken what would have ended the wait
                _changes.Wait();
        }
    }

    /// <summary>Ends the reading. Other threads may call it.</summary>
    internal void End()
    {
        _hasEnded = true;
        _changes.Wake();
    }

    public void Dispose() => _changes.Dispose();

    List<HostLoss> Take()
    {
        List<HostLoss> losses = [];
        while (_changes.TryTake(out ReadOnlySpan<byte> datagram))
        {
            if (datagram.IsEmpty)
                losses.Add(HostLoss.Unknown);

            Take(datagram, losses);
        }

        return losses;
    }

    static void Take(ReadOnlySpan<byte> datagram, List<HostLoss> losses)
    {
        try
        {
            foreach (NetlinkMessage message in new NetlinkMessages(datagram))
            {
                if (HostLoss.Find(message) is { } loss)
                    losses.Add(loss);
            }
        }
        catch (InvalidDataException)
        {
            losses.Add(HostLoss.Unknown);
        }
    }
}
