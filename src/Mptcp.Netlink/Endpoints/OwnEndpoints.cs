using System.Net;
using Microsoft.Extensions.Logging;
using Mptcp.Netlink.Telemetry;

namespace Mptcp.Netlink.Endpoints;

/// <summary>Knows which endpoints are this service's own: another program's can have an id of the same range, since the kernel may give it one.</summary>
sealed class OwnEndpoints(OtherManagers managers, ILogger logger)
{
    HashSet<(byte Id, IPAddress Address)>? _known; // null until the first look, which takes over what a crash has left

    internal int Count => _known?.Count ?? 0;

    internal bool Contains(MptcpEndpoint endpoint) => _known?.Contains(Key(endpoint)) == true;

    internal void Add(MptcpEndpoint endpoint) => _known!.Add(Key(endpoint));

    internal void Remove(MptcpEndpoint endpoint) => _known!.Remove(Key(endpoint));

    /// <summary>Takes over those that an earlier process has left, and forgets those that another program has removed.</summary>
    internal void Reconcile(IReadOnlyList<MptcpEndpoint> existing)
    {
        MptcpEndpoint[] inRange = [.. InRange(existing)];
        if (_known is null)
        {
            _known = [.. inRange.Select(Key)];
            foreach (MptcpEndpoint endpoint in inRange)
                Log.EndpointAdopted(logger, endpoint.Id, endpoint.Address);
        }

        foreach ((byte id, IPAddress address) in _known.Except(inRange.Select(Key)).ToArray())
        {
            _known.Remove((id, address));
            Log.EndpointRemovedByOther(logger, id, address, managers.Describe());
        }
    }

    /// <summary>Finds the ids of the range that another program's endpoints have.</summary>
    internal HashSet<byte> FindOthers(IReadOnlyList<MptcpEndpoint> existing) =>
        _known is null ? [] : [.. InRange(existing).Where(endpoint => !Contains(endpoint)).Select(endpoint => endpoint.Id)];

    static IEnumerable<MptcpEndpoint> InRange(IReadOnlyList<MptcpEndpoint> endpoints)
    {
        var nobody = new HashSet<byte>();
        return endpoints.Where(endpoint => EndpointPlanner.IsOwn(endpoint, nobody));
    }

    static (byte Id, IPAddress Address) Key(MptcpEndpoint endpoint) => (endpoint.Id, endpoint.Address);
}
