using System.Net;
using System.Net.NetworkInformation;
using Mptcp.Netlink.Diagnostics;
using Mptcp.Netlink.Policies;
using Mptcp.Sockets;

namespace Mptcp.Netlink.Endpoints;

/// <summary>Finds endpoints that no connection uses although some should, and renews them, at growing intervals.</summary>
sealed class EndpointHealer(EndpointKeeper keeper, ConnectionReader reader, CounterFile counters, TimeProvider clock)
{
    /// <summary>The interval of <see cref="Look"/>.</summary>
    internal static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    // The kernel lists all TCP sockets, of which there may be very many. On a busy host, subflows may fail every second.
    static readonly TimeSpan s_betweenLists = TimeSpan.FromSeconds(5), s_betweenEarlyLists = TimeSpan.FromSeconds(30);

    static readonly MptcpConnectionFilter s_established = new() { States = [TcpState.Established], IncludeSubflows = true };

    static readonly string[] s_failedJoins = ["MPJoinSynTxCreatSkErr", "MPJoinSynTxBindErr", "MPJoinSynTxConnectErr"];

    readonly long _startTimestamp = clock.GetTimestamp();
    readonly Attempts<(byte, IPAddress)> _renewals = new(s_betweenLists);
    TimeSpan _nextList = s_betweenLists, _nextEarlyList;
    long _failedJoins = CountFailedJoins(counters.Read());

    /// <summary>
    /// Lists all connections and renews unused endpoints: every 5 s, and at once, but not twice in 30 s, if the kernel has failed to open
    /// subflows.
    /// </summary>
    /// <exception cref="MptcpNetlinkException">The kernel refused to list connections or endpoints.</exception>
    internal void Look()
    {
        TimeSpan now = clock.GetElapsedTime(_startTimestamp);
        long before = _failedJoins;
        _failedJoins = CountFailedJoins(counters.Read());
        if (now < _nextList)
        {
            if (_failedJoins == before || now < _nextEarlyList)
                return;

            _nextEarlyList = now + s_betweenEarlyLists;
        }

        _nextList = now + s_betweenLists;
        Heal(now);
    }

    /// <summary>
    /// Counts the subflows for which the kernel could not even send a SYN, for example because the address is not usable yet or has no
    /// free port. The kernel does not retry them. Linux 6.12 and later count them.
    /// </summary>
    static long CountFailedJoins(MptcpCounters counters) =>
        s_failedJoins.Sum(name => counters[name] ?? 0);

    void Heal(TimeSpan now)
    {
        IReadOnlyList<MptcpEndpoint> own = [.. keeper.GetOwn().Where(endpoint => (endpoint.Flags & MptcpEndpointFlags.Subflow) != 0)];
        _renewals.KeepOnly([.. own.Select(endpoint => (endpoint.Id, endpoint.Address))]);
        List<MptcpConnection> connections = own.Count == 0 ? [] : reader.List(s_established);
        foreach (MptcpEndpoint endpoint in own)
        {
            // A renewal closes the paths that use the endpoint. A path that is being opened may yet succeed.
            if (connections.Any(connection => Uses(connection, endpoint)))
                _renewals.Succeeded((endpoint.Id, endpoint.Address), now);
            else if (connections.Any(connection => Lacks(connection, endpoint)) && _renewals.MayTry((endpoint.Id, endpoint.Address), now))
                keeper.Renew(endpoint);
        }
    }

    static bool Uses(MptcpConnection connection, MptcpEndpoint endpoint) => connection.Subflows?.Any(subflow =>
        subflow.LocalEndPoint.Address.Equals(endpoint.Address) && (subflow.Tcp.State is TcpState.Established or TcpState.SynSent)) == true;

    /// <summary>Only the client of a connection opens paths.</summary>
    static bool Lacks(MptcpConnection connection, MptcpEndpoint endpoint) =>
        connection is { Info.HasFallenBack: false, RemoteEndPoint.Address: var remote }
        && remote.AddressFamily == endpoint.Address.AddressFamily
        && !IPAddress.IsLoopback(remote)
        && !ConnectionSide.IsServer(connection);
}
