using System.Net;

namespace Mptcp.Netlink.Policies.Interfaces;

/// <summary>The state of <see cref="MptcpInterfacesPolicy"/> for the paths of one connection.</summary>
sealed class ConnectionPaths(MptcpInterfacesPolicyOptions options)
{
    // Local addresses of subflows that an interface had. Some programs use addresses that no interface has.
    readonly HashSet<IPAddress> _local = [];

    Dictionary<IPEndPoint, PathSpeed> _speeds = [];
    TimeSpan? _lastRetry;
    TimeSpan? _pathlessSince;

    /// <summary>Attempts to open paths, by local address.</summary>
    internal Attempts<IPAddress> Openings { get; } = new(options.Interval);

    /// <summary>Attempts to change or close paths, by local end point.</summary>
    internal Attempts<IPEndPoint> Changes { get; } = new(options.Interval);

    /// <summary>Returns the interfaces without a path, with one address each.</summary>
    internal static IEnumerable<(MptcpInterface Interface, MptcpInterfaceAddress Address)> FindMissing(
        IEnumerable<MptcpInterface> interfaces, IReadOnlyCollection<MptcpConnectionSubflow> subflows, IPEndPoint remote)
    {
        foreach (MptcpInterface network in interfaces)
        {
            MptcpInterfaceAddress[] addresses =
                [.. network.Addresses.Where(address => address.Address.AddressFamily == remote.AddressFamily)];
            if (!addresses.Any(address => subflows.Any(subflow => subflow.LocalEndPoint.Address.Equals(address.Address)))
                && Array.Find(addresses, address => address.IsReady) is { } ready)
                yield return (network, ready);
        }
    }

    /// <summary>Returns the remote end points for a path from an address: first those on the same network, then the initial one.</summary>
    internal static IEnumerable<IPEndPoint> FindRemotes(MptcpPathConnection connection, MptcpInterfaceAddress from)
    {
        IPEndPoint[] announced =
        [
            .. connection.AnnouncedEndPoints.OrderBy(announced => announced.Key).Select(announced => announced.Value)
                .Where(remote => remote.AddressFamily == from.Address.AddressFamily && !remote.Equals(connection.RemoteEndPoint)),
        ];
        IEnumerable<IPEndPoint> remotes = connection.IsInitialAddressDenied ? announced : announced.Prepend(connection.RemoteEndPoint);
        return remotes
            .Where(remote => from.DefaultRoute is not null || IsNeighbour(from, remote) || announced.Length == 0)
            .OrderByDescending(remote => IsNeighbour(from, remote)); // a stable sort
    }

    /// <summary>The addresses that were announced to the client, with their ids.</summary>
    internal Dictionary<IPAddress, byte> Announced { get; } = [];

    /// <summary>Stores the local address of a subflow.</summary>
    internal void Learn(IEnumerable<MptcpInterface> interfaces, IPAddress address)
    {
        if (Has(interfaces, address))
            _local.Add(address);
    }

    /// <summary>
    /// Returns the established subflows whose address the host has lost, or whose interface has lost its carrier, if there are others.
    /// </summary>
    internal IEnumerable<MptcpConnectionSubflow> FindStranded(
        IReadOnlyList<MptcpInterface> interfaces, IReadOnlyCollection<MptcpConnectionSubflow> established)
    {
        foreach (MptcpConnectionSubflow subflow in established)
            Learn(interfaces, subflow.LocalEndPoint.Address);

        _local.IntersectWith(established.Select(subflow => subflow.LocalEndPoint.Address));
        MptcpInterface[] plugged = [.. interfaces.Where(network => network.HasCarrier)];
        MptcpConnectionSubflow[] stranded =
        [
            .. established.Where(subflow => subflow.LocalEndPoint.Address is var local && _local.Contains(local) && !Has(plugged, local)),
        ];
        return stranded.Length < established.Count ? stranded : [];
    }

    /// <summary>Returns the interface of a subflow's address; null if it is gone.</summary>
    internal static MptcpInterface? Find(IEnumerable<MptcpInterface> interfaces, MptcpConnectionSubflow subflow) =>
        interfaces.FirstOrDefault(network => Has([network], subflow.LocalEndPoint.Address));

    /// <summary>Returns whether each established subflow should be a backup: all except the best.</summary>
    internal static IEnumerable<(MptcpConnectionSubflow Subflow, bool IsBackup)> Rank(
        IReadOnlyCollection<MptcpConnectionSubflow> established, Func<MptcpConnectionSubflow, PathRank> rankOf)
    {
        if (established.Count == 0)
            return [];

        PathRank best = established.Min(rankOf);
        return established.Select(subflow => (subflow, rankOf(subflow) != best));
    }

    /// <summary>Forgets failures, because the interfaces have changed: failed attempts are repeated at once.</summary>
    internal void ForgetAttempts()
    {
        Openings.Forget();
        Changes.Forget();
        _pathlessSince = null;
    }

    /// <summary>Allows failed paths again, once in an interval, because no other path is left.</summary>
    internal void RetryOpenings(TimeSpan now)
    {
        if (_lastRetry is { } last && now - last < options.Interval)
            return;

        _lastRetry = now;
        Openings.Forget();
    }

    internal bool IsSlow(MptcpConnectionSubflow subflow) => _speeds.GetValueOrDefault(subflow.LocalEndPoint).IsSlow;

    /// <summary>Returns whether the connection has had no path for longer than a time.</summary>
    internal bool IsPathlessFor(TimeSpan time, TimeSpan now) => now - _pathlessSince > time;

    internal void Measure(IReadOnlyCollection<MptcpConnectionSubflow> established, TimeSpan now)
    {
        _pathlessSince = established.Count > 0 ? null : _pathlessSince ?? now;
        _speeds = established.GroupBy(subflow => subflow.LocalEndPoint).ToDictionary(
            subflows => subflows.Key,
            subflows => _speeds.GetValueOrDefault(subflows.Key)
                .Next(subflows.First().Tcp.SmoothedRtt, subflows.First().Tcp.BytesAcked ?? 0, now, options));
        Changes.KeepOnly(_speeds.Keys);
        foreach (IPEndPoint local in _speeds.Keys)
            Openings.Succeeded(local.Address, now);
    }

    static bool Has(IEnumerable<MptcpInterface> interfaces, IPAddress address) =>
        interfaces.Any(network => network.Addresses.Any(one => one.Address.Equals(address)));

    static bool IsNeighbour(MptcpInterfaceAddress from, IPEndPoint remote) =>
        from.PrefixLength > 0 && from.Address.AddressFamily == remote.AddressFamily && from.Network.Contains(remote.Address);
}
