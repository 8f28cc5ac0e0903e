using System.Net;
using Mptcp.Sockets.Relays;

namespace Mptcp.Dashboard.Feed;

/// <summary>Finds both sides of relayed connections among the kernel's connections, by their end points, and computes rates.</summary>
sealed class RelayStore
{
    Dictionary<(IPEndPoint, IPEndPoint), RelayedConnection> _last = [];
    TimeSpan _lastAt;

    /// <summary>Returns the connections, with the other side of those that are relayed.</summary>
    internal ConnectionView[] AddTo(ConnectionView[] connections, IReadOnlyList<RelayedConnection> relays, TimeSpan at)
    {
        double? elapsed = (at - _lastAt).TotalSeconds is > 0 and <= TrackedPath.LongestGap and var seconds ? seconds : null;
        Dictionary<(IPEndPoint, IPEndPoint), RelayedConnection> last = _last;
        (_last, _lastAt) = ([], at);
        if (relays.Count == 0)
            return connections;

        // Without ToDictionary: a new connection may have the end points of one that is about to end.
        Dictionary<(IPEndPoint, IPEndPoint), int> indexes = [];
        foreach ((int i, ConnectionView connection) in connections.Index())
            indexes[(connection.Reading.Local, connection.Reading.Remote)] = i;

        ConnectionView[] joined = [.. connections];
        foreach (RelayedConnection relay in relays)
        {
            _last[Key(relay.Client)] = relay;
            RelayedConnection? before = last.GetValueOrDefault(Key(relay.Client));
            ConnectionView? client = Find(relay.Client), server = Find(relay.Server);
            var side = new RelayedSide(relay, true, Rate(relay.ToServer, before?.ToServer), Rate(relay.ToClient, before?.ToClient), server);
            Set(relay.Client, side);
            Set(relay.Server, side with { IsClients = false, Other = client });
        }

        return joined;

        // Fewer bytes than before are another connection, whose client has the address and port of the last one.
        double? Rate(long bytes, long? earlier) => bytes < earlier ? null : (bytes - earlier) / elapsed;

        ConnectionView? Find(RelaySide side) => indexes.TryGetValue(Key(side), out int i) ? connections[i] : null;

        void Set(RelaySide side, RelayedSide relayed)
        {
            if (indexes.TryGetValue(Key(side), out int i))
                joined[i] = connections[i] with { Relayed = relayed };
        }
    }

    static (IPEndPoint, IPEndPoint) Key(RelaySide side) => (WithoutScope(side.Local), WithoutScope(side.Remote));

    /// <summary>The kernel's list has no interface with a link-local address.</summary>
    static IPEndPoint WithoutScope(IPEndPoint end) =>
        end.Address is { IsIPv6LinkLocal: true } address ? new IPEndPoint(new IPAddress(address.GetAddressBytes()), end.Port) : end;
}
