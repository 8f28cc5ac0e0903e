using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Mptcp.Netlink.Policies;
using Mptcp.Netlink.Policies.Interfaces;
using Mptcp.Netlink.Telemetry;

namespace Mptcp.Netlink;

/// <summary>
/// Gives each connection that this host opens a path over each network interface, and prefers those that are not metered and not slow: what is metered, or has too
/// long a round-trip time, is a backup as long as there is something better.
/// </summary>
/// <remarks>
/// <para>A path leads to an announced address of the peer on the same network as the interface, to the address that the connection began with, unless the peer denies that, or to another announced
/// address: one after the other, until one answers. The policy closes a path whose local address the host has lost, if there are others. It tries again what cannot be opened or changed, and a
/// path that is lost, after one interval, then two, and so on up to 64, and at once when interfaces change. A connection without any path is tried at each interval: the kernel keeps it for a
/// minute.</para>
/// <para>On a server, the policy opens no paths. With <see cref="MptcpInterfacesPolicyOptions.AnnounceAddresses"/>, it announces the server's addresses.</para>
/// </remarks>
public class MptcpInterfacesPolicy : MptcpPathPolicy
{
    readonly MptcpInterfacesPolicyOptions _options;
    readonly ILogger _logger;
    readonly TimeProvider _clock;
    readonly long _startTimestamp;
    readonly ConditionalWeakTable<MptcpPathConnection, ConnectionPaths> _paths = []; // and not their Tag, which is a derived policy's to use

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
        _startTimestamp = _clock.GetTimestamp();
    }

    /// <inheritdoc/>
    public override TimeSpan? MeasurementInterval => _options.Interval;

    TimeSpan Now => _clock.GetElapsedTime(_startTimestamp);

    /// <inheritdoc/>
    public override ValueTask OnConnectionEstablishedAsync(MptcpPathConnection connection, CancellationToken cancellationToken)
    {
        Announce(connection);
        return LookSoonAt(connection, connection.LocalEndPoint.Address);
    }

    /// <inheritdoc/>
    public override ValueTask OnSubflowEstablishedAsync(MptcpPathConnection connection, MptcpSubflowEstablished subflow, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(subflow);
        return LookSoonAt(connection, subflow.LocalEndPoint.Address);
    }

    /// <inheritdoc/>
    public override ValueTask OnSubflowClosedAsync(MptcpPathConnection connection, MptcpSubflowClosed subflow, CancellationToken cancellationToken) => LookSoonAt(connection);

    /// <inheritdoc/>
    public override ValueTask OnInterfacesChangedAsync(IReadOnlyList<MptcpInterface> before, CancellationToken cancellationToken)
    {
        foreach (MptcpPathConnection connection in Connections)
        {
            if (IsOurs(connection))
                PathsOf(connection).ForgetAttempts();

            Announce(connection);
        }

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
        ArgumentNullException.ThrowIfNull(measured);
        if (!IsOurs(connection))
            return default;

        // The kernel keeps a connection without any subflow for a minute, and a new one revives it.
        IReadOnlyList<MptcpConnectionSubflow> subflows = measured.Subflows ?? [];
        MptcpConnectionSubflow[] established = [.. subflows.Where(subflow => subflow.Tcp.State == TcpState.Established)];
        ConnectionPaths paths = PathsOf(connection);
        paths.Measure(established, Now);
        MptcpConnectionSubflow[] stranded = [.. paths.FindStranded(Interfaces, established)];
        Close(connection, stranded);
        if (established.Length == 0)
            paths.RetryOpenings(Now);

        if (measured.State == TcpState.Established) // half closed, it can have no further ones
            OpenMissing(connection, subflows);

        Rank(connection, [.. established.Except(stranded)]);
        return default;
    }

    ValueTask LookSoonAt(MptcpPathConnection connection, IPAddress? localAddress = null)
    {
        if (!IsOurs(connection))
            return default;

        if (localAddress is not null)
            PathsOf(connection).Learn(Interfaces, localAddress);

        RequestMeasurement();
        return default;
    }

    /// <summary>Tells the client which other addresses of this server it can open subflows to, and which no more.</summary>
    void Announce(MptcpPathConnection connection)
    {
        if (!_options.AnnounceAddresses || !connection.IsServerSide || connection.IsKernelManaged || IPAddress.IsLoopback(connection.RemoteEndPoint.Address))
            return;

        Dictionary<IPAddress, byte> announced = PathsOf(connection).Announced;
        HashSet<IPAddress> ready =
        [
            .. from network in Interfaces
               where _options.Interfaces.IsAllowed(network.Name)
               from address in network.Addresses
               where address.IsReady && address.Address.AddressFamily == connection.LocalEndPoint.AddressFamily && !address.Address.Equals(connection.LocalEndPoint.Address)
               select address.Address,
        ];
        foreach (IPAddress address in ready.Where(address => !announced.ContainsKey(address)))
            Try(connection, new IPEndPoint(address, 0), () => announced[address] = connection.Announce(address));

        foreach ((IPAddress address, byte id) in announced.Where(known => !ready.Contains(known.Key)).ToArray())
        {
            announced.Remove(address);
            Try(connection, new IPEndPoint(address, 0), () => connection.Withdraw(id));
        }
    }

    void Close(MptcpPathConnection connection, MptcpConnectionSubflow[] stranded)
    {
        foreach (MptcpConnectionSubflow subflow in stranded)
        {
            if (PathsOf(connection).Changes.MayTry(subflow.LocalEndPoint, Now))
                Try(connection, subflow.LocalEndPoint, () => connection.DestroySubflow(subflow.LocalEndPoint, subflow.RemoteEndPoint));
        }
    }

    void OpenMissing(MptcpPathConnection connection, IReadOnlyList<MptcpConnectionSubflow> subflows)
    {
        // One that was closed stays in the list until TCP has done with it. One that is not answered keeps nobody from trying another remote address.
        MptcpConnectionSubflow[] established = [.. subflows.Where(subflow => subflow.Tcp.State == TcpState.Established)];
        MptcpConnectionSubflow[] opening = [.. subflows.Where(subflow => subflow.Tcp.State == TcpState.SynSent)];
        MptcpInterface[] interfaces = [.. Interfaces.Where(network => _options.Interfaces.IsAllowed(network.Name))];
        Attempts<IPAddress> openings = PathsOf(connection).Openings;
        foreach ((MptcpInterface network, MptcpInterfaceAddress address) in ConnectionPaths.FindMissing(interfaces, established, connection.RemoteEndPoint))
        {
            IPEndPoint[] remotes =
            [
                .. ConnectionPaths.FindRemotes(connection, address)
                    .Where(remote => !opening.Any(subflow => subflow.LocalEndPoint.Address.Equals(address.Address) && subflow.RemoteEndPoint.Equals(remote))),
            ];
            if (remotes.Length == 0 || !openings.MayTry(address.Address, Now, out int number))
                continue;

            IPEndPoint remote = remotes[number % remotes.Length]; // one after the other, until one answers
            Log.PathOpening(_logger, connection.Token, address.Address, network.Name, remote);
            Try(
                connection, new IPEndPoint(address.Address, 0),
                () => connection.CreateSubflow(address.Address, remote, network.Index, _options.Interfaces.IsMetered(network.Name)));
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
        catch (SocketException) when (connection.IsKernelManaged)
        {
            Log.ConnectionKernelManaged(_logger, connection.Token);
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

    /// <summary>The server's paths are the client's to open; within a host, there is but one; and a link-local address is another host's on each link.</summary>
    static bool IsOurs(MptcpPathConnection connection) =>
        connection is { IsServerSide: false, IsKernelManaged: false }
        && connection.RemoteEndPoint.Address is { IsIPv6LinkLocal: false } remote
        && !IPAddress.IsLoopback(remote)
        && !remote.Equals(connection.LocalEndPoint.Address);

    ConnectionPaths PathsOf(MptcpPathConnection connection) => _paths.GetOrAdd(connection, static (_, options) => new ConnectionPaths(options), _options);
}
