using System.Net;
using Mptcp.Netlink.Telemetry;

namespace Mptcp.Netlink.Endpoints;

/// <summary>
/// Tracks which endpoints belong to this service. An endpoint of another program can have an id of the same range, because the kernel may
/// assign it.
/// </summary>
sealed class OwnEndpoints(OtherManagers managers, LaterLog log)
{
    HashSet<(byte Id, IPAddress Address)>? _known; // null until the first call of Reconcile, which takes over what a crash has left

    internal int Count => _known?.Count ?? 0;

    internal bool Contains(MptcpEndpoint endpoint) => _known?.Contains(Key(endpoint)) == true;

    internal void Add(MptcpEndpoint endpoint) => _known!.Add(Key(endpoint));

    internal void Remove(MptcpEndpoint endpoint) => _known!.Remove(Key(endpoint));

    /// <summary>Takes over endpoints that an earlier process has left, and forgets endpoints that another program has removed.</summary>
    internal void Reconcile(IReadOnlyList<MptcpEndpoint> existing)
    {
        MptcpEndpoint[] inRange = [.. InRange(existing)];
        if (_known is null)
        {
            _known = [.. inRange.Select(Key)];
            foreach (MptcpEndpoint endpoint in inRange)
                log.Add(logger => Log.EndpointAdopted(logger, endpoint.Id, endpoint.Address));
        }

        foreach ((byte id, IPAddress address) in _known.Except(inRange.Select(Key)).ToArray())
        {
            _known.Remove((id, address));
            log.Add(logger => Log.EndpointRemovedByOther(logger, id, address, managers.Describe()));
        }
    }

    /// <summary>Returns the ids of the range whose endpoints belong to another program.</summary>
    internal HashSet<byte> FindOthers(IReadOnlyList<MptcpEndpoint> existing) =>
        _known is null ? [] : [.. InRange(existing).Where(endpoint => !Contains(endpoint)).Select(endpoint => endpoint.Id)];

    static IEnumerable<MptcpEndpoint> InRange(IReadOnlyList<MptcpEndpoint> endpoints)
    {
        var nobody = new HashSet<byte>();
        return endpoints.Where(endpoint => EndpointPlanner.IsOwn(endpoint, nobody));
    }

    static (byte Id, IPAddress Address) Key(MptcpEndpoint endpoint) => (endpoint.Id, endpoint.Address);
}
