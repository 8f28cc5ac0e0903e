using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Mptcp.Netlink.Policies;
using Mptcp.Netlink.Telemetry;

namespace Mptcp.Netlink;

/// <summary>
/// Gives each connection that this host opens a path over each network interface, and prefers those that are not metered and not slow: what is metered, or has too
/// long a round-trip time, is a backup as long as there is something better.
/// </summary>
/// <remarks>
/// Paths lead to where the connection began or, where the peer does not want that, to the first address of that family that it has announced. Those of an address that the host has
/// lost are closed if there are others. One that cannot be opened, or is lost, is tried again after one interval, then two, and so on up to 64, and at once when interfaces change.
/// </remarks>
public class MptcpInterfacesPolicy : MptcpPathPolicy
{
    readonly MptcpInterfacesPolicyOptions _options;
    readonly ILogger _logger;
    readonly TimeProvider _clock;
    readonly HashSet<IPAddress> _lost = []; // not all that are no interface's: temporary addresses, say, are none of those that carry paths

    /// <summary>Initializes the policy.</summary>
    /// <param name="options">How to decide.</param>
    /// <param name="loggerFactory">Where to tell what was decided.</param>
    /// <param name="timeProvider">Whose time it is; null for the system's.</param>
    /// <exception cref="ArgumentException">Options are not as they can be.</exception>
    public MptcpInterfacesPolicy(IOptions<MptcpInterfacesPolicyOptions> options, ILoggerFactory loggerFactory, TimeProvider? timeProvider = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(loggerFactory);
        _options = options.Value;
        _options.Check();
        _logger = Log.CreateLogger(loggerFactory);
        _clock = timeProvider ?? TimeProvider.System;
    }

    /// <inheritdoc/>
    public override TimeSpan? MeasurementInterval => _options.Interval;

    /// <inheritdoc/>
    public override ValueTask OnConnectionEstablishedAsync(MptcpPathConnection connection, CancellationToken cancellationToken)
    {
        Update(connection);
        return default;
    }

    /// <inheritdoc/>
    public override ValueTask OnSubflowEstablishedAsync(
        MptcpPathConnection connection, MptcpSubflowEstablished subflow, CancellationToken cancellationToken)
    {
        Update(connection);
        return default;
    }

    /// <inheritdoc/>
    public override ValueTask OnInterfacesChangedAsync(IReadOnlyList<MptcpInterface> before, CancellationToken cancellationToken)
    {
        _lost.UnionWith(Addresses(before));
        _lost.ExceptWith(Addresses(Interfaces));
        foreach (MptcpPathConnection connection in Connections)
        {
            cancellationToken.ThrowIfCancellationRequested();
            PathsOf(connection).ForgetAttempts();
            Update(connection);
        }

        return default;
    }

    /// <inheritdoc/>
    public override ValueTask OnAddressAnnouncedAsync(MptcpPathConnection connection, MptcpAddressAnnounced address, CancellationToken cancellationToken)
    {
        Update(connection);
        return default;
    }

    /// <inheritdoc/>
    public override ValueTask OnMeasuredAsync(MptcpPathConnection connection, MptcpConnection measured, CancellationToken cancellationToken)
    {
        if (IsOurs(connection))
        {
            PathsOf(connection).Measure(Established(measured), _clock.GetUtcNow(), _options);
            Update(connection, measured);
        }

        return default;
    }

    void Update(MptcpPathConnection connection)
    {
        if (IsOurs(connection) && connection.Find() is { } found && IsAlive(found))
            Update(connection, found);
    }

    void Update(MptcpPathConnection connection, MptcpConnection found)
    {
        // One that was closed stays in the list until TCP has done with it.
        MptcpConnectionSubflow[] subflows = [.. (found.Subflows ?? []).Where(subflow => subflow.Tcp.State is TcpState.Established or TcpState.SynSent)];
        foreach (MptcpConnectionSubflow subflow in ConnectionPaths.FindStranded(_lost, Established(found)))
            Try(connection, subflow.LocalEndPoint, () => connection.DestroySubflow(subflow.LocalEndPoint, subflow.RemoteEndPoint));

        if (FindRemote(connection) is { } remote)
        {
            MptcpInterface[] interfaces = [.. Interfaces.Where(network => _options.Interfaces.IsAllowed(network.Name))];
            foreach ((MptcpInterface network, IPAddress address) in ConnectionPaths.FindMissing(interfaces, subflows, remote))
                Open(connection, network, address, remote);
        }

        foreach ((MptcpConnectionSubflow subflow, bool isBackup) in ConnectionPaths.Rank(Established(found), subflow => RankOf(connection, subflow)))
        {
            if (subflow.Flags.HasFlag(MptcpSubflowFlags.LocalBackup) != isBackup)
                SetBackup(connection, subflow, isBackup);
        }
    }

    void Open(MptcpPathConnection connection, MptcpInterface network, IPAddress address, IPEndPoint remote)
    {
        if (!PathsOf(connection).MayTry(address, _clock.GetUtcNow(), _options.Interval))
            return;

        Log.PathOpening(_logger, connection.Token, address, network.Name);
        Try(connection, new IPEndPoint(address, 0), () => connection.CreateSubflow(address, remote, network.Index, _options.Interfaces.IsMetered(network.Name)));
    }

    void SetBackup(MptcpPathConnection connection, MptcpConnectionSubflow subflow, bool isBackup) => Try(connection, subflow.LocalEndPoint, () =>
    {
        connection.SetBackup(subflow.LocalEndPoint, subflow.RemoteEndPoint, isBackup);
        Log.PathRole(_logger, connection.Token, subflow.LocalEndPoint, subflow.Tcp.SmoothedRtt, isBackup ? "a backup" : "a regular one");
    });

    /// <summary>A connection that has ended since it was looked up is no failure.</summary>
    void Try(MptcpPathConnection connection, IPEndPoint local, Action action)
    {
        try
        {
            action();
        }
        catch (SocketException e)
        {
            if (IsAlive(connection.Find()))
                Log.PathFailed(_logger, connection.Token, local, e);
        }
    }

    static bool IsAlive(MptcpConnection? found) => found is { State: TcpState.Established, Subflows.Count: > 0, Info.HasFallenBack: false };

    PathRank RankOf(MptcpPathConnection connection, MptcpConnectionSubflow subflow)
    {
        bool isMetered = ConnectionPaths.Find(Interfaces, subflow) is { } network && _options.Interfaces.IsMetered(network.Name);
        return PathsOf(connection).IsSlow(subflow)
            ? isMetered ? PathRank.SlowMetered : PathRank.Slow
            : isMetered ? PathRank.FastMetered : PathRank.Fast;
    }

    static IPEndPoint? FindRemote(MptcpPathConnection connection) => connection.IsInitialAddressDenied
        ? connection.AnnouncedEndPoints.OrderBy(announced => announced.Key).Select(announced => announced.Value)
            .FirstOrDefault(announced => announced.AddressFamily == connection.RemoteEndPoint.AddressFamily)
        : connection.RemoteEndPoint;

    /// <summary>The server's paths are the client's to open; within a host, there is but one; and a link-local address is another host's on each link.</summary>
    static bool IsOurs(MptcpPathConnection connection) =>
        !connection.IsServerSide
        && connection.RemoteEndPoint.Address is { IsIPv6LinkLocal: false } remote
        && !IPAddress.IsLoopback(remote)
        && !remote.Equals(connection.LocalEndPoint.Address);

    static IEnumerable<IPAddress> Addresses(IEnumerable<MptcpInterface> interfaces) =>
        interfaces.SelectMany(network => network.Addresses).Select(address => address.Address);

    static MptcpConnectionSubflow[] Established(MptcpConnection connection) =>
        [.. (connection.Subflows ?? []).Where(subflow => subflow.Tcp.State == TcpState.Established)];

    static ConnectionPaths PathsOf(MptcpPathConnection connection) => (ConnectionPaths)(connection.Tag ??= new ConnectionPaths());
}
