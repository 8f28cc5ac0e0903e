using System.Net;
using System.Net.NetworkInformation;
using Mptcp.Netlink.Diagnostics;
using Mptcp.Netlink.Policies;

namespace Mptcp.Netlink.Endpoints;

/// <summary>Finds endpoints that no connection uses although some should, and renews them, ever less often.</summary>
sealed class EndpointHealer(EndpointKeeper keeper, ConnectionReader reader, TimeProvider clock)
{
    internal static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    static readonly MptcpConnectionFilter s_established = new() { States = [TcpState.Established], IncludeSubflows = true };

    readonly long _startTimestamp = clock.GetTimestamp();
    readonly Attempts<(byte, IPAddress)> _renewals = new(Interval);

    /// <summary>Looks at all connections, and at what they lack.</summary>
    /// <exception cref="MptcpNetlinkException">The kernel does not tell.</exception>
    internal void Heal()
    {
        TimeSpan now = clock.GetElapsedTime(_startTimestamp);
        IReadOnlyList<MptcpEndpoint> own = [.. keeper.GetOwn().Where(endpoint => (endpoint.Flags & MptcpEndpointFlags.Subflow) != 0)];
        _renewals.KeepOnly([.. own.Select(endpoint => (endpoint.Id, endpoint.Address))]);
        List<MptcpConnection> connections = own.Count == 0 ? [] : reader.List(s_established);
        foreach (MptcpEndpoint endpoint in own)
        {
            // To renew an endpoint closes the paths that use it. One that is being opened may yet succeed.
            if (connections.Any(connection => Uses(connection, endpoint)))
                _renewals.Succeeded((endpoint.Id, endpoint.Address), now);
            else if (connections.Any(connection => Lacks(connection, endpoint)) && _renewals.MayTry((endpoint.Id, endpoint.Address), now))
                keeper.Renew(endpoint);
        }
    }

    static bool Uses(MptcpConnection connection, MptcpEndpoint endpoint) => connection.Subflows?.Any(
        subflow => subflow.LocalEndPoint.Address.Equals(endpoint.Address) && subflow.Tcp.State is (TcpState.Established or TcpState.SynSent)) == true;

    /// <summary>Only the end that has begun a connection opens paths.</summary>
    static bool Lacks(MptcpConnection connection, MptcpEndpoint endpoint) =>
        connection is { Info.HasFallenBack: false, RemoteEndPoint.Address: var remote }
        && remote.AddressFamily == endpoint.Address.AddressFamily
        && !IPAddress.IsLoopback(remote)
        && !ConnectionSide.IsServer(connection);
}
