using System.Net;

namespace Mptcp.Netlink.Policies;

/// <summary>What <see cref="MptcpInterfacesPolicy"/> has found out about the paths of one connection.</summary>
sealed class ConnectionPaths(MptcpInterfacesPolicyOptions options)
{
    Dictionary<IPEndPoint, PathSpeed> _speeds = [];

    /// <summary>Of paths, by their local addresses.</summary>
    internal Attempts<IPAddress> Openings { get; } = new(options.Interval);

    /// <summary>Of paths' roles, and of closing them, by their local ends.</summary>
    internal Attempts<IPEndPoint> Changes { get; } = new(options.Interval);

    /// <summary>What is opened over an interface, where there is no path yet: one address of each.</summary>
    internal static IEnumerable<(MptcpInterface Interface, IPAddress Address)> FindMissing(
        IEnumerable<MptcpInterface> interfaces, IReadOnlyCollection<MptcpConnectionSubflow> subflows, IPEndPoint remote)
    {
        foreach (MptcpInterface network in interfaces)
        {
            MptcpInterfaceAddress[] addresses = [.. network.Addresses.Where(address => address.Address.AddressFamily == remote.AddressFamily)];
            if (!addresses.Any(address => subflows.Any(subflow => subflow.LocalEndPoint.Address.Equals(address.Address)))
                && Array.Find(addresses, address => address.IsReady) is { } ready)
                yield return (network, ready.Address);
        }
    }

    /// <summary>Established subflows of addresses that the host no longer has, if there are others.</summary>
    internal static IEnumerable<MptcpConnectionSubflow> FindStranded(IReadOnlySet<IPAddress> lost, IReadOnlyCollection<MptcpConnectionSubflow> established)
    {
        MptcpConnectionSubflow[] stranded = [.. established.Where(subflow => lost.Contains(subflow.LocalEndPoint.Address))];
        return stranded.Length < established.Count ? stranded : [];
    }

    /// <summary>The interface that a subflow's address is of; null if there is none any more.</summary>
    internal static MptcpInterface? Find(IEnumerable<MptcpInterface> interfaces, MptcpConnectionSubflow subflow) =>
        interfaces.FirstOrDefault(network => network.Addresses.Any(address => address.Address.Equals(subflow.LocalEndPoint.Address)));

    /// <summary>Which of the established subflows are to be backups: all but the best.</summary>
    internal static IEnumerable<(MptcpConnectionSubflow Subflow, bool IsBackup)> Rank(
        IReadOnlyCollection<MptcpConnectionSubflow> established, Func<MptcpConnectionSubflow, PathRank> rankOf)
    {
        if (established.Count == 0)
            return [];

        PathRank best = established.Min(rankOf);
        return established.Select(subflow => (subflow, rankOf(subflow) != best));
    }

    /// <summary>Now that the interfaces are others, what has failed is tried again at once.</summary>
    internal void ForgetAttempts()
    {
        Openings.Forget();
        Changes.Forget();
    }

    internal bool IsSlow(MptcpConnectionSubflow subflow) => _speeds.GetValueOrDefault(subflow.LocalEndPoint).IsSlow;

    internal void Measure(IReadOnlyCollection<MptcpConnectionSubflow> established, TimeSpan now)
    {
        _speeds = established.GroupBy(subflow => subflow.LocalEndPoint).ToDictionary(
            subflows => subflows.Key,
            subflows => _speeds.GetValueOrDefault(subflows.Key).Next(subflows.First().Tcp.SmoothedRtt, subflows.First().Tcp.BytesAcked ?? 0, now, options));
        Changes.KeepOnly(_speeds.Keys);
        foreach (IPEndPoint local in _speeds.Keys)
            Openings.Succeeded(local.Address, now);
    }
}
