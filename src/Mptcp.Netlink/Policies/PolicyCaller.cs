using System.Collections.Concurrent;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Mptcp.Netlink.Telemetry;

namespace Mptcp.Netlink.Policies;

/// <summary>Tracks the connections, and calls a policy for their events, one at a time.</summary>
sealed class PolicyCaller(MptcpPathPolicy policy, PathKernel kernel, ILogger logger, TimeProvider clock)
{
    const int RestPerMeasurement = 10; // the kernel lists all TCP sockets, of which there may be very many

    readonly ConcurrentDictionary<uint, MptcpPathConnection> _connections = policy.ByToken;
    bool _mustListConnections, _mustReportLoss; // true until the kernel has reported the current state
    long _restUntil;

    /// <summary>For tests: replaces the kernel's list of connections.</summary>
    internal Func<Dictionary<uint, MptcpConnection>>? ListConnections { private get; init; }

    /// <summary>The time for which no measurement is made. Other threads may read it.</summary>
    internal TimeSpan Rest => clock.GetElapsedTime(clock.GetTimestamp(), Volatile.Read(ref _restUntil));

    internal async Task TakeAsync(MptcpEvent what, CancellationToken cancellationToken)
    {
        switch (what)
        {
            case MptcpConnectionEstablished e:
                MptcpPathConnection established = _connections.GetValueOrDefault(e.Token)
                    ?? new MptcpPathConnection(kernel, e.Token, e.LocalEndPoint, e.RemoteEndPoint);

                // If the connection was listed before, these values were a guess.
                (established.IsServerSide, established.IsInitialAddressDenied) = (e.IsServerSide, e.IsInitialAddressDenied);
                await EstablishAsync(established, cancellationToken).ConfigureAwait(false);
                break;
            case MptcpConnectionClosed e:
                await CloseAsync(e.Token, cancellationToken).ConfigureAwait(false);
                break;
            case MptcpEventsLost:
                Log.EventsLost(logger);
                _mustReportLoss = true;
                await LookAsync(cancellationToken).ConfigureAwait(false);
                break;
            case MptcpConnectionEvent e when _connections.TryGetValue(e.Token, out MptcpPathConnection? connection):
                await TakeAsync(connection, e, cancellationToken).ConfigureAwait(false);
                break;
        }
    }

    /// <summary>Lists the connections, and reports those that came and went. If events were lost, reports that afterwards.</summary>
    internal async Task LookAsync(CancellationToken cancellationToken)
    {
        _mustListConnections = true;
        Dictionary<uint, MptcpConnection> listed = List();
        _mustListConnections = false;
        foreach (uint gone in _connections.Keys.Where(token => !listed.ContainsKey(token)).ToArray())
            await CloseAsync(gone, cancellationToken).ConfigureAwait(false);

        foreach (MptcpConnection there in listed.Values)
        {
            MptcpPathConnection connection = _connections.GetValueOrDefault(there.Token)
                ?? new MptcpPathConnection(kernel, there.Token, there.LocalEndPoint, there.RemoteEndPoint)
                {
                    IsServerSide = ConnectionSide.IsServer(there),
                };
            foreach (MptcpConnectionSubflow subflow in there.Subflows ?? [])
                connection.Learn(subflow.LocalEndPoint, subflow.LocalAddressId);

            await EstablishAsync(connection, cancellationToken).ConfigureAwait(false);
        }

        if (!_mustReportLoss)
            return;

        _mustReportLoss = false;
        await CallAsync(nameof(policy.OnEventsLostAsync), () => policy.OnEventsLostAsync(cancellationToken), cancellationToken)
            .ConfigureAwait(false);
    }

    internal async Task ChangeInterfacesAsync(IReadOnlyList<MptcpInterface> interfaces, CancellationToken cancellationToken)
    {
        IReadOnlyList<MptcpInterface> before = policy.Interfaces;
        if (interfaces.SequenceEqual(before))
            return;

        policy.Interfaces = interfaces;
        await CallAsync(
            nameof(policy.OnInterfacesChangedAsync), () => policy.OnInterfacesChangedAsync(before, cancellationToken), cancellationToken)
            .ConfigureAwait(false);
    }

    /// <summary>
    /// Measures all connections. Does nothing if there are none, and waits if measuring would take more than a tenth of the time.
    /// </summary>
    internal async Task MeasureAsync(CancellationToken cancellationToken)
    {
        if (Rest > TimeSpan.Zero)
        {
            policy.MeasurementRequests.Writer.TryWrite(true);
            return;
        }

        if (_mustListConnections)
            await LookAsync(cancellationToken).ConfigureAwait(false);

        if (_connections.IsEmpty)
            return;

        long begun = clock.GetTimestamp();
        foreach ((uint token, MptcpConnection measured) in List())
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (_connections.TryGetValue(token, out MptcpPathConnection? connection))
            {
                await CallAsync(
                    nameof(policy.OnMeasuredAsync),
                    () => policy.OnMeasuredAsync(connection, measured, cancellationToken), cancellationToken)
                    .ConfigureAwait(false);
            }
        }

        long now = clock.GetTimestamp();
        Volatile.Write(ref _restUntil, now + RestPerMeasurement * (now - begun));
    }

    Task TakeAsync(MptcpPathConnection connection, MptcpConnectionEvent what, CancellationToken cancellationToken)
    {
        switch (what)
        {
            case MptcpSubflowEstablished e:
                connection.Learn(e.LocalEndPoint, e.LocalAddressId);
                return CallAsync(
                    nameof(policy.OnSubflowEstablishedAsync),
                    () => policy.OnSubflowEstablishedAsync(connection, e, cancellationToken), cancellationToken);
            case MptcpSubflowClosed e:
                return CallAsync(
                    nameof(policy.OnSubflowClosedAsync),
                    () => policy.OnSubflowClosedAsync(connection, e, cancellationToken), cancellationToken);
            case MptcpSubflowPriorityChanged e:
                return CallAsync(
                    nameof(policy.OnSubflowPriorityChangedAsync),
                    () => policy.OnSubflowPriorityChangedAsync(connection, e, cancellationToken), cancellationToken);
            case MptcpAddressAnnounced e:
                connection.Announced(e.RemoteAddressId, e.RemoteEndPoint);
                return CallAsync(
                    nameof(policy.OnAddressAnnouncedAsync),
                    () => policy.OnAddressAnnouncedAsync(connection, e, cancellationToken), cancellationToken);
            case MptcpAddressRemoved e:
                connection.Announced(e.RemoteAddressId, null);
                return CallAsync(
                    nameof(policy.OnAddressRemovedAsync),
                    () => policy.OnAddressRemovedAsync(connection, e, cancellationToken), cancellationToken);
            default:
                return Task.CompletedTask;
        }
    }

    /// <summary>Reports a connection. A known one is not new: it was listed before its event was read.</summary>
    async Task EstablishAsync(MptcpPathConnection connection, CancellationToken cancellationToken)
    {
        if (!_connections.TryAdd(connection.Token, connection))
            return;

        await CallAsync(
            nameof(policy.OnConnectionEstablishedAsync),
            () => policy.OnConnectionEstablishedAsync(connection, cancellationToken), cancellationToken).ConfigureAwait(false);
    }

    async Task CloseAsync(uint token, CancellationToken cancellationToken)
    {
        if (_connections.TryRemove(token, out MptcpPathConnection? connection))
        {
            await CallAsync(
                nameof(policy.OnConnectionClosedAsync),
                () => policy.OnConnectionClosedAsync(connection, cancellationToken), cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Calls the policy. It is foreign code: its exceptions are logged, and do not affect other connections.</summary>
    async Task CallAsync(string callback, Func<ValueTask> call, CancellationToken cancellationToken)
    {
        try
        {
            await call().ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            Log.PolicyFailed(logger, callback, policy.GetType(), e);
        }
    }

    /// <exception cref="SocketException">The kernel does not answer. It is asked again after one second.</exception>
    Dictionary<uint, MptcpConnection> List()
    {
        try
        {
            return ListConnections is null ? kernel.List() : ListConnections();
        }
        catch
        {
            Volatile.Write(ref _restUntil, clock.GetTimestamp() + clock.TimestampFrequency);
            policy.MeasurementRequests.Writer.TryWrite(true);
            throw;
        }
    }
}
