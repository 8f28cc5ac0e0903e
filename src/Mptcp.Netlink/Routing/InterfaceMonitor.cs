using System.Net.Sockets;
using Mptcp.Netlink.Transport;
using static Mptcp.Netlink.Interop.NetlinkConstants;
using static Mptcp.Netlink.Interop.RouteConstants;
using static Mptcp.Netlink.Interop.RouteLayout;

namespace Mptcp.Netlink.Routing;

/// <summary>
/// The interfaces of the network namespace of the thread that has opened it, and when they change. A change is a reason to look at all of them: so nothing is lost
/// with a notification that the kernel has had no room for. Not for several threads at once.
/// </summary>
sealed class InterfaceMonitor : IDisposable
{
    const int BufferSize = 256 * 1024;

    static readonly int[] s_groups = [RTNLGRP_LINK, RTNLGRP_IPV4_IFADDR, RTNLGRP_IPV6_IFADDR];

    readonly NetlinkSocket _socket;
    readonly NetlinkSubscription _changes;

    InterfaceMonitor(NetlinkSocket socket, NetlinkSubscription changes) => (_socket, _changes) = (socket, changes);

    /// <exception cref="SocketException">No more sockets can be opened.</exception>
    internal static InterfaceMonitor Open()
    {
        NetlinkSocket socket = NetlinkSocket.Open(NETLINK_ROUTE);
        NetlinkSocket? changes = null;
        try
        {
            changes = NetlinkSocket.Open(NETLINK_ROUTE);
            var subscription = new NetlinkSubscription(changes, BufferSize);
            foreach (int group in s_groups)
                changes.SetOption(SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, group);

            return new InterfaceMonitor(socket, subscription);
        }
        catch
        {
            changes?.Dispose();
            socket.Dispose();
            throw;
        }
    }

    /// <exception cref="MptcpNetlinkException">The kernel refuses, or they change whenever they are asked for.</exception>
    /// <exception cref="InvalidDataException">The kernel's answer makes no sense.</exception>
    internal IReadOnlyList<MptcpInterface> Read()
    {
        var links = new List<LinkMessage>();
        var addresses = new List<AddressMessage>();
        var request = new NetlinkMessageWriter(stackalloc byte[NetlinkMessageWriter.Enough], RTM_GETLINK, NLM_F_DUMP);
        request.Header(ifinfomsg.Size);
        request.UInt32(IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS);
        _socket.Dump(request, "list the network interfaces", links.Clear, message =>
        {
            if (message.Type == RTM_NEWLINK)
                links.Add(LinkMessage.Parse(message));
        });

        request = new NetlinkMessageWriter(stackalloc byte[NetlinkMessageWriter.Enough], RTM_GETADDR, NLM_F_DUMP);
        request.Header(ifaddrmsg.Size);
        _socket.Dump(request, "list the addresses of the network interfaces", addresses.Clear, message =>
        {
            if (message.Type == RTM_NEWADDR && AddressMessage.Parse(message) is { } address)
                addresses.Add(address);
        });
        return InterfaceTable.Build(links, addresses);
    }

    /// <summary>
    /// Waits until something may have changed since the last <see cref="Read"/>; many changes soon one after the other are one.
    /// </summary>
    /// <param name="settling">For how long to gather them.</param>
    /// <param name="most">For how long to wait for the first; infinite, for ever.</param>
    /// <param name="clock">Whose time that is.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    /// <returns>False if nothing has changed.</returns>
    internal async Task<bool> WaitForChangeAsync(TimeSpan settling, TimeSpan most, TimeProvider clock, CancellationToken cancellationToken)
    {
        using var enough = new CancellationTokenSource(most, clock);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(enough.Token, cancellationToken);
        try
        {
            while (!Forget())
                await _changes.WaitAsync(ending.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return false;
        }

        await Task.Delay(settling, clock, cancellationToken).ConfigureAwait(false);
        Forget();
        return true;
    }

    public void Dispose()
    {
        _changes.Dispose();
        _socket.Dispose();
    }

    /// <returns>Whether there was anything.</returns>
    bool Forget()
    {
        bool any = false;
        while (_changes.TryTake(out _))
            any = true;

        return any;
    }
}
