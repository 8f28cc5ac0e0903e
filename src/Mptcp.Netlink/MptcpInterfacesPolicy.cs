using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Mptcp.Netlink.Policies;
using Mptcp.Netlink.Policies.Interfaces;
using Mptcp.Netlink.Telemetry;
using Mptcp.Sockets.Interop;

namespace Mptcp.Netlink;

/// <summary>
/// Gives each connection that this host opens a path over each network interface. Paths over metered or slow interfaces are backups as long
/// as there is a better path.
/// </summary>
/// <remarks>
/// <para>A path leads to one of these remote addresses: an announced address on the network of the interface, the initial address unless
/// the peer forbids it, or another announced address. The policy tries them one after another. If the host loses the local address of a
/// path, the policy closes the path, unless it is the last. It retries failed and lost paths after one interval, then two, and so on up to
/// 64, and at once when interfaces change. A connection without any path is retried at each interval, but not for longer than the kernel
/// keeps it (<c>net.mptcp.close_timeout</c>, 60 s by default). A change of interfaces begins that time again. After the last attempt, the
/// kernel keeps it for the same time again.</para>
/// <para>On a server, the policy opens no paths. With <see cref="MptcpInterfacesPolicyOptions.AnnounceAddresses"/>, it announces the
/// server's addresses.</para>
/// <para>The service calls one method at a time, as <see cref="MptcpPathPolicy"/> says. The inherited properties are thread-safe.</para>
/// </remarks>
public class MptcpInterfacesPolicy : MptcpPathPolicy
{
    readonly MptcpInterfacesPolicyOptions _options;
    readonly ILogger _logger;
    readonly TimeProvider _clock;
    readonly long _startTimestamp;
    readonly ConditionalWeakTable<MptcpPathConnection, ConnectionPaths> _paths = []; // not in Tag, which belongs to derived policies

    /// <summary>Initializes the policy.</summary>
    /// <param name="options">The options.</param>
    /// <param name="loggerFactory">The logger factory for the decisions of the policy.</param>
    /// <param name="timeProvider">The clock, or <see langword="null"/> for the system's.</param>
    /// <exception cref="OptionsValidationException">An option is invalid, and the options come from <c>AddMptcpPathPolicy</c>.</exception>
    /// <exception cref="ArgumentException">An option is invalid, and the options come from elsewhere.</exception>
    public MptcpInterfacesPolicy(
        IOptions<MptcpInterfacesPolicyOptions> options, ILoggerFactory loggerFactory, TimeProvider? timeProvider = null)
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
    public override ValueTask OnSubflowEstablishedAsync(
        MptcpPathConnection connection, MptcpSubflowEstablished subflow, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(subflow);
        return LookSoonAt(connection, subflow.LocalEndPoint.Address);
    }

    /// <inheritdoc/>
    public override ValueTask OnSubflowClosedAsync(
        MptcpPathConnection connection, MptcpSubflowClosed subflow, CancellationToken cancellationToken) => LookSoonAt(connection);

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
    public override ValueTask OnAddressAnnouncedAsync(
        MptcpPathConnection connection, MptcpAddressAnnounced address, CancellationToken cancellationToken) => LookSoonAt(connection);

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

        // The kernel keeps a connection without subflows for a while, and a new subflow revives it.
        IReadOnlyList<MptcpConnectionSubflow> subflows = measured.Subflows ?? [];
        MptcpConnectionSubflow[] established = [.. subflows.Where(subflow => subflow.Tcp.State == TcpState.Established)];
        ConnectionPaths paths = PathsOf(connection);
        paths.Measure(established, Now);
        MptcpConnectionSubflow[] stranded = [.. paths.FindStranded(Interfaces, established)];
        Close(connection, stranded);
        if (established.Length == 0)
            paths.RetryOpenings(Now);

        // A half-closed connection cannot have further paths. With each attempt, the kernel begins again to count the time until it ends
        // a connection without subflows: unlimited attempts would prevent the end of a connection to a host that is gone.
        if (measured.State == TcpState.Established && !paths.IsPathlessFor(connection.CloseTimeout, Now))
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

    /// <summary>Announces the other addresses of this server to the client, and withdraws those that are gone.</summary>
    void Announce(MptcpPathConnection connection)
    {
        if (!_options.AnnounceAddresses || connection is not { IsServerSide: true, IsKernelManaged: false })
            return;

        if (IPAddress.IsLoopback(connection.RemoteEndPoint.Address))
            return;

        IPAddress local = connection.LocalEndPoint.Address;

        Dictionary<IPAddress, byte> announced = PathsOf(connection).Announced;
        HashSet<IPAddress> ready =
        [
            .. from network in Interfaces
               where _options.Interfaces.IsAllowed(network.Name)
               from address in network.Addresses
               where address.IsReady && address.Address.AddressFamily == local.AddressFamily && !address.Address.Equals(local)
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
            if (!PathsOf(connection).Changes.MayTry(subflow.LocalEndPoint, Now))
                continue;

            Try(connection, subflow.LocalEndPoint, () => Withdraw(connection, subflow.LocalAddressId));
            Try(connection, subflow.LocalEndPoint, () => connection.DestroySubflow(subflow.LocalEndPoint, subflow.RemoteEndPoint));
        }
    }

    /// <summary>
    /// Withdraws lost addresses over another path, so that the peer retransmits at once what was in flight. Otherwise, it would wait for
    /// its timer.
    /// </summary>
    static void Withdraw(MptcpPathConnection connection, byte addressId)
    {
        try
        {
            connection.Withdraw(addressId);
        }
        catch (MptcpNetlinkException e) when (e.ErrorNumber == LinuxConstants.EINVAL)
        {
            // Older kernels withdraw only announced addresses. The peer then waits for its timer.
        }
    }

    void OpenMissing(MptcpPathConnection connection, IReadOnlyList<MptcpConnectionSubflow> subflows)
    {
        // A closed subflow stays in the list until TCP has ended. An unanswered one does not keep the policy from trying another remote
        // address.
        MptcpConnectionSubflow[] established = [.. subflows.Where(subflow => subflow.Tcp.State == TcpState.Established)];
        MptcpConnectionSubflow[] opening = [.. subflows.Where(subflow => subflow.Tcp.State == TcpState.SynSent)];
        MptcpInterface[] interfaces = [.. Interfaces.Where(network => _options.Interfaces.IsAllowed(network.Name))];
        Attempts<IPAddress> openings = PathsOf(connection).Openings;
        foreach ((MptcpInterface network, MptcpInterfaceAddress address) in
            ConnectionPaths.FindMissing(interfaces, established, connection.RemoteEndPoint))
        {
            IPEndPoint[] remotes =
            [
                .. ConnectionPaths.FindRemotes(connection, address).Where(remote => !opening.Any(
                    subflow => subflow.LocalEndPoint.Address.Equals(address.Address) && subflow.RemoteEndPoint.Equals(remote))),
            ];
            if (remotes.Length == 0 || !openings.MayTry(address.Address, Now, out int number))
                continue;

            IPEndPoint remote = remotes[number % remotes.Length]; // one after another, until one answers
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

    void SetBackup(MptcpPathConnection connection, MptcpConnectionSubflow subflow, bool isBackup)
    {
        string role = isBackup ? "a backup" : "a regular one";
        Try(connection, subflow.LocalEndPoint, () =>
        {
            connection.SetBackup(subflow.LocalEndPoint, subflow.RemoteEndPoint, isBackup);
            Log.PathRole(_logger, connection.Token, subflow.LocalEndPoint, subflow.Tcp.SmoothedRtt, role);
        });
    }

    /// <summary>Logs a failure, unless the connection has ended meanwhile or is about to end.</summary>
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

    /// <summary>
    /// Returns whether the policy opens paths. The client does on a server's connections; within a host, there is only one path; a
    /// link-local address is another host's on each link.
    /// </summary>
    static bool IsOurs(MptcpPathConnection connection) =>
        connection is { IsServerSide: false, IsKernelManaged: false }
        && connection.RemoteEndPoint.Address is { IsIPv6LinkLocal: false } remote
        && !IPAddress.IsLoopback(remote)
        && !remote.Equals(connection.LocalEndPoint.Address);

    ConnectionPaths PathsOf(MptcpPathConnection connection) =>
        _paths.GetOrAdd(connection, static (_, options) => new ConnectionPaths(options), _options);
}
