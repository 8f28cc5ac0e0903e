using System.Net;

namespace Mptcp.Netlink.Endpoints;

/// <summary>
/// Finds lost addresses that were not endpoints, such as temporary ones, from which connections begin. The kernel does not close their
/// subflows, and would wait for their timeouts.
/// </summary>
sealed class LostAddresses
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
        return endpoints.Count < host.MaximumEndpoints
            ? [.. _open.Where(lost => all.Any(other => other.IsReady && other.Address.AddressFamily == lost.AddressFamily))]
            : [];
    }

    /// <summary>Reports that the subflows of an address are closed. Until then, <see cref="Find"/> returns it again.</summary>
    internal void OnClosed(IPAddress address) => _open.Remove(address);
}
