using System.Net;

namespace Mptcp.Netlink.Endpoints;

/// <summary>
/// Closes the subflows of lost addresses that were no endpoints, such as temporary ones, from which connections begin. The kernel would
/// wait for their timeouts. It closes the subflows of an endpoint that is removed, so each such address becomes an endpoint for a moment.
/// </summary>
sealed class LostAddresses(MptcpPathManager manager)
{
    readonly HashSet<IPAddress> _open = []; // lost, and their subflows are not closed yet
    HashSet<IPAddress> _before = [];

    /// <summary>Finds the addresses to close. Without another path of the family, connections may outlive the loss, as TCP would.</summary>
    internal IReadOnlyList<IPAddress> Find(MptcpHostSnapshot host)
    {
        IReadOnlyList<MptcpEndpoint> endpoints = host.Endpoints ?? [];
        MptcpInterfaceAddress[] all = [.. host.Interfaces.Where(network => !network.IsLoopback).SelectMany(network => network.Addresses)];
        HashSet<IPAddress> now = [.. all.Select(address => address.Address).Where(address => !address.IsIPv6LinkLocal)];
        _open.UnionWith(_before);
        _open.ExceptWith(now);
        _open.ExceptWith(endpoints.Select(endpoint => endpoint.Address));
        _before = now;
        return endpoints.Count < host.Maximum
            ? [.. _open.Where(lost => all.Any(other => other.IsReady && other.Address.AddressFamily == lost.AddressFamily))]
            : [];
    }

    /// <exception cref="MptcpNetlinkException">The kernel refuses. The next <see cref="Find"/> returns the address again.</exception>
    internal void CloseSubflows(IPAddress address)
    {
        manager.RemoveEndpoint(manager.AddEndpoint(address, MptcpEndpointFlags.None).Id);
        _open.Remove(address);
    }
}
