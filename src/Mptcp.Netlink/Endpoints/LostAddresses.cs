using System.Net;

namespace Mptcp.Netlink.Endpoints;

/// <summary>
/// Finds addresses that were lost and were no endpoints, such as temporary ones, which connections begin from. The kernel would wait for the timeouts of their subflows. It closes the subflows of an
/// endpoint that is removed, and tells the peer.
/// </summary>
sealed class LostAddresses(MptcpPathManager manager)
{
    HashSet<IPAddress> _before = [];

    /// <summary>Finds those that were lost since the last call. Without another path of the family, connections may outlive the loss, as TCP would.</summary>
    internal IReadOnlyList<IPAddress> Find(MptcpHostSnapshot host, IReadOnlyList<MptcpEndpoint> endpoints)
    {
        MptcpInterfaceAddress[] now = [.. host.Interfaces.Where(network => !network.IsLoopback).SelectMany(network => network.Addresses)];
        IPAddress[] lost =
        [
            .. _before.Except(now.Select(address => address.Address)).Except(endpoints.Select(endpoint => endpoint.Address))
                .Where(address => endpoints.Count < host.Maximum && now.Any(other => other.IsReady && other.Address.AddressFamily == address.AddressFamily)),
        ];
        _before = [.. now.Select(address => address.Address).Where(address => !address.IsIPv6LinkLocal)];
        return lost;
    }

    /// <exception cref="MptcpNetlinkException">The kernel refuses.</exception>
    internal void CloseSubflows(IPAddress address) => manager.RemoveEndpoint(manager.AddEndpoint(address, MptcpEndpointFlags.None).Id);
}
