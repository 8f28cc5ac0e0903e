using Mptcp.Netlink;
using Mptcp.Netlink.Programs;

namespace Mptcp.Tool.Live;

/// <summary>Samples the connections.</summary>
sealed class TopSampler : IDisposable
{
    readonly MptcpConnectionReader _reader = MptcpConnectionReader.Open();
    readonly TimeProvider _clock = TimeProvider.System;
    Dictionary<PathKey, PathHistory> _paths = [];
    long? _last;

    /// <param name="opened">The connection that is shown in detail. Only that view needs a snapshot of the host, which takes longer.</param>
    internal TopSample Look(uint? opened = null)
    {
        long now = _clock.GetTimestamp();
        TimeSpan? elapsed = _last is { } last ? _clock.GetElapsedTime(last, now) : null;
        _last = now;
        IReadOnlyList<MptcpConnection> connections = _reader.List(new MptcpConnectionFilter { IncludeSubflows = true });
        var paths = new Dictionary<PathKey, PathHistory>();
        foreach (MptcpConnection connection in connections)
        {
            foreach (MptcpConnectionSubflow subflow in connection.Subflows ?? [])
            {
                var key = PathKey.Of(connection, subflow);
                PathHistory history = _paths.GetValueOrDefault(key) ?? new PathHistory();
                history.Add(subflow, elapsed);
                paths[key] = history;
            }
        }

        _paths = paths;
        return new TopSample(connections, paths, MptcpSocketOwner.Find(connections.Select(connection => connection.Inode)), InterfaceNames.Read(), opened is null ? null : MptcpHostSnapshot.Take());
    }

    public void Dispose() => _reader.Dispose();
}
