using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
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
/// lost are closed if there are others. What cannot be opened or changed, and a path that is lost, is tried again after one interval, then two, and so on up to 64, and at once when
/// interfaces change.
/// </remarks>
public class MptcpInterfacesPolicy : MptcpPathPolicy
{
    readonly MptcpInterfacesPolicyOptions _options;
    readonly ILogger _logger;
    readonly TimeProvider _clock;
    readonly long _begun;
    readonly ConditionalWeakTable<MptcpPathConnection, ConnectionPaths> _paths = []; // and not their Tag, which is a derived policy's to use
    readonly HashSet<IPAddress> _lost = []; // not all that are no interface's: temporary addresses, say, are none of those that carry paths

    /// <summary>Initializes the policy.</summary>
    /// <param name="options">How to decide.</param>
    /// <param name="loggerFactory">Where to tell what was decided.</param>
    /// <param name="timeProvider">Whose time it is; null for the system's.</param>
    /// <exception cref="OptionsValidationException">Options are not as they can be, and those of a host to which <c>AddMptcpPathPolicy</c> has added the policy.</exception>
    /// <exception cref="ArgumentException">Other options are not as they can be.</exception>
    public MptcpInterfacesPolicy(IOptions<MptcpInterfacesPolicyOptions> options, ILoggerFactory loggerFactory, TimeProvider? timeProvider = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(loggerFactory);
        _options = options.Value;
        if (_options.FindProblems().FirstOrDefault() is { } problem)
            throw new ArgumentException(problem, nameof(options));

        _logger = Log.CreateLogger(loggerFactory);
        _clock = timeProvider ?? TimeProvider.System;
        _begun = _clock.GetTimestamp();
    }

    /// <inheritdoc/>
    public override TimeSpan? MeasurementInterval => _options.Interval;

    TimeSpan Now => _clock.GetElapsedTime(_begun);

    /// <inheritdoc/>
    public override ValueTask OnConnectionEstablishedAsync(MptcpPathConnection connection, CancellationToken cancellationToken) => LookSoonAt(connection);

    /// <inheritdoc/>
    public override ValueTask OnSubflowEstablishedAsync(
        MptcpPathConnection connection, MptcpSubflowEstablished subflow, CancellationToken cancellationToken) => LookSoonAt(connection);

    /// <inheritdoc/>
    public override ValueTask OnInterfacesChangedAsync(IReadOnlyList<MptcpInterface> before, CancellationToken cancellationToken)
    {
        _lost.UnionWith(before.SelectMany(network => network.Addresses).Select(address => address.Address));
        _lost.ExceptWith(Interfaces.SelectMany(network => network.Addresses).Select(address => address.Address));
        foreach (MptcpPathConnection connection in Connections.Where(IsOurs))
            PathsOf(connection).ForgetAttempts();

        RequestMeasurement();
        return default;
    }

    /// <inheritdoc/>
    public override ValueTask OnAddressAnnouncedAsync(MptcpPathConnection connection, MptcpAddressAnnounced address, CancellationToken cancellationToken) => LookSoonAt(connection);

    /// <inheritdoc/>
    public override ValueTask OnEventsLostAsync(CancellationToken cancellationToken)
    {
        RequestMeasurement();
        return default;
    }

    /// <inheritdoc/>
    public override ValueTask OnMeasuredAsync(MptcpPathConnection connection, MptcpConnection measured, CancellationToken cancellationToken)
    {
        if (!IsOurs(connection) || measured.Subflows is not { Count: > 0 } subflows)
            return default;

        MptcpConnectionSubflow[] established = [.. subflows.Where(subflow => subflow.Tcp.State == TcpState.Established)];
        PathsOf(connection).Measure(established, Now);
        MptcpConnectionSubflow[] stranded = [.. ConnectionPaths.FindStranded(_lost, established)];
        Close(connection, stranded);
        if (measured.State == TcpState.Established) // half closed, it can have no further ones
            OpenMissing(connection, subflows);

        Rank(connection, [.. established.Except(stranded)]);
        return default;
    }

    ValueTask LookSoonAt(MptcpPathConnection connection)
    {
        if (IsOurs(connection))
            RequestMeasurement();

        return default;
    }

    void Close(MptcpPathConnection connection, MptcpConnectionSubflow[] stranded)
    {
        foreach (MptcpConnectionSubflow subflow in stranded)
        {
            if (PathsOf(connection).Changes.MayTry(subflow.LocalEndPoint, Now))
                Try(connection, subflow.LocalEndPoint, () => connection.DestroySubflow(subflow.LocalEndPoint, subflow.RemoteEndPoint));
        }
    }

    void OpenMissing(MptcpPathConnection connection, IEnumerable<MptcpConnectionSubflow> subflows)
    {
        if (FindRemote(connection) is not { } remote)
            return;

        // One that was closed stays in the list until TCP has done with it.
        MptcpConnectionSubflow[] there = [.. subflows.Where(subflow => subflow.Tcp.State is TcpState.Established or TcpState.SynSent)];
        MptcpInterface[] interfaces = [.. Interfaces.Where(network => _options.Interfaces.IsAllowed(network.Name))];
        foreach ((MptcpInterface network, IPAddress address) in ConnectionPaths.FindMissing(interfaces, there, remote))
        {
            if (!PathsOf(connection).Openings.MayTry(address, Now))
                continue;

            Log.PathOpening(_logger, connection.Token, address, network.Name);
            Try(connection, new IPEndPoint(address, 0), () => connection.CreateSubflow(address, remote, network.Index, _options.Interfaces.IsMetered(network.Name)));
        }
    }

    void Rank(MptcpPathConnection connection, MptcpConnectionSubflow[] subflows)
    {
        Attempts<IPEndPoint> changes = PathsOf(connection).Changes;
        foreach ((MptcpConnectionSubflow subflow, bool isBackup) in ConnectionPaths.Rank(subflows, subflow => RankOf(connection, subflow)))
        {
            if (subflow.Flags.HasFlag(MptcpSubflowFlags.LocalBackup) == isBackup)
                changes.Succeeded(subflow.LocalEndPoint, Now);
            else if (changes.MayTry(subflow.LocalEndPoint, Now))
                SetBackup(connection, subflow, isBackup);
        }
    }

    void SetBackup(MptcpPathConnection connection, MptcpConnectionSubflow subflow, bool isBackup) => Try(connection, subflow.LocalEndPoint, () =>
    {
        connection.SetBackup(subflow.LocalEndPoint, subflow.RemoteEndPoint, isBackup);
        Log.PathRole(_logger, connection.Token, subflow.LocalEndPoint, subflow.Tcp.SmoothedRtt, isBackup ? "a backup" : "a regular one");
    });

    /// <summary>That a connection has ended since it was measured, or begun to, is no failure.</summary>
    void Try(MptcpPathConnection connection, IPEndPoint local, Action action)
    {
        try
        {
            action();
        }
        catch (SocketException e)
        {
            if (connection.IsEstablished())
                Log.PathFailed(_logger, connection.Token, local, e);
        }
    }

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

    ConnectionPaths PathsOf(MptcpPathConnection connection) => _paths.GetOrAdd(connection, static (_, options) => new ConnectionPaths(options), _options);
}
