using System.Collections.Concurrent;
using System.Net.NetworkInformation;
using Microsoft.Extensions.Logging;
using Mptcp.Netlink.Telemetry;

namespace Mptcp.Netlink.Policies;

/// <summary>Knows the connections, and calls a policy for what happens to them. One thing at a time.</summary>
sealed class PolicyCaller(MptcpPathPolicy policy, PathKernel kernel, ILogger logger, TimeProvider clock)
{
    const int RestPerMeasurement = 10; // the kernel lists all TCP sockets, of which there may be very many

    static readonly MptcpConnectionFilter s_established = new() { States = [TcpState.Established], IncludeSubflows = true };

    readonly ConcurrentDictionary<uint, MptcpPathConnection> _connections = policy.ByToken;
    bool _owesLook;
    long _measured;
    TimeSpan _rest;

    internal async Task TakeAsync(MptcpEvent what, CancellationToken cancellationToken)
    {
        switch (what)
        {
            case MptcpConnectionEstablished e:
                await EstablishAsync(
                    new MptcpPathConnection(kernel, e.Token, e.LocalEndPoint, e.RemoteEndPoint)
                    {
                        IsServerSide = e.IsServerSide,
                        IsInitialAddressDenied = e.IsInitialAddressDenied,
                    },
                    cancellationToken).ConfigureAwait(false);
                break;
            case MptcpConnectionClosed e:
                await CloseAsync(e.Token, cancellationToken).ConfigureAwait(false);
                break;
            case MptcpEventsLost:
                Log.EventsLost(logger);
                await LookAsync(cancellationToken).ConfigureAwait(false);
                await CallAsync(nameof(policy.OnEventsLostAsync), () => policy.OnEventsLostAsync(cancellationToken), cancellationToken).ConfigureAwait(false);
                break;
            case MptcpConnectionEvent e when _connections.TryGetValue(e.Token, out MptcpPathConnection? connection):
                await TakeAsync(connection, e, cancellationToken).ConfigureAwait(false);
                break;
        }
    }

    /// <summary>Makes what is known what the kernel lists, and tells what has come and gone.</summary>
    internal async Task LookAsync(CancellationToken cancellationToken)
    {
        _owesLook = true; // until the kernel has told
        Dictionary<uint, MptcpConnection> listed = List();
        _owesLook = false;
        foreach (uint gone in _connections.Keys.Where(token => !listed.ContainsKey(token)).ToArray())
            await CloseAsync(gone, cancellationToken).ConfigureAwait(false);

        foreach (MptcpConnection there in listed.Values)
        {
            MptcpPathConnection connection = _connections.GetValueOrDefault(there.Token)
                ?? new MptcpPathConnection(kernel, there.Token, there.LocalEndPoint, there.RemoteEndPoint) { IsServerSide = IsServerSide(there) };
            foreach (MptcpConnectionSubflow subflow in there.Subflows ?? [])
                connection.Learn(subflow.LocalEndPoint, subflow.LocalAddressId);

            await EstablishAsync(connection, cancellationToken).ConfigureAwait(false);
        }
    }

    internal async Task ChangeInterfacesAsync(IReadOnlyList<MptcpInterface> interfaces, CancellationToken cancellationToken)
    {
        IReadOnlyList<MptcpInterface> before = policy.Interfaces;
        if (interfaces.SequenceEqual(before))
            return;

        policy.Interfaces = interfaces;
        await CallAsync(nameof(policy.OnInterfacesChangedAsync), () => policy.OnInterfacesChangedAsync(before, cancellationToken), cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Does nothing where there are no connections, and while it would take more than a tenth of the time.</summary>
    internal async Task MeasureAsync(CancellationToken cancellationToken)
    {
        if (_owesLook)
            await LookAsync(cancellationToken).ConfigureAwait(false);

        if (_connections.IsEmpty || clock.GetElapsedTime(_measured) < _rest)
            return;

        long begun = clock.GetTimestamp();
        foreach ((uint token, MptcpConnection measured) in List())
        {
            if (_connections.TryGetValue(token, out MptcpPathConnection? connection))
            {
                await CallAsync(
                    nameof(policy.OnMeasuredAsync), () => policy.OnMeasuredAsync(connection, measured, cancellationToken), cancellationToken).ConfigureAwait(false);
            }
        }

        _measured = clock.GetTimestamp();
        _rest = RestPerMeasurement * clock.GetElapsedTime(begun, _measured);
    }

    Task TakeAsync(MptcpPathConnection connection, MptcpConnectionEvent what, CancellationToken cancellationToken)
    {
        switch (what)
        {
            case MptcpSubflowEstablished e:
                connection.Learn(e.LocalEndPoint, e.LocalAddressId);
                return CallAsync(nameof(policy.OnSubflowEstablishedAsync), () => policy.OnSubflowEstablishedAsync(connection, e, cancellationToken), cancellationToken);
            case MptcpSubflowClosed e:
                return CallAsync(nameof(policy.OnSubflowClosedAsync), () => policy.OnSubflowClosedAsync(connection, e, cancellationToken), cancellationToken);
            case MptcpSubflowPriorityChanged e:
                return CallAsync(
                    nameof(policy.OnSubflowPriorityChangedAsync), () => policy.OnSubflowPriorityChangedAsync(connection, e, cancellationToken), cancellationToken);
            case MptcpAddressAnnounced e:
                connection.Announced(e.RemoteAddressId, e.RemoteEndPoint);
                return CallAsync(nameof(policy.OnAddressAnnouncedAsync), () => policy.OnAddressAnnouncedAsync(connection, e, cancellationToken), cancellationToken);
            case MptcpAddressRemoved e:
                connection.Announced(e.RemoteAddressId, null);
                return CallAsync(nameof(policy.OnAddressRemovedAsync), () => policy.OnAddressRemovedAsync(connection, e, cancellationToken), cancellationToken);
            default:
                return Task.CompletedTask;
        }
    }

    /// <summary>Of one that is known already, nothing is news: it was listed before its event was read.</summary>
    async Task EstablishAsync(MptcpPathConnection connection, CancellationToken cancellationToken)
    {
        if (!_connections.TryAdd(connection.Token, connection))
            return;

        await CallAsync(
            nameof(policy.OnConnectionEstablishedAsync), () => policy.OnConnectionEstablishedAsync(connection, cancellationToken), cancellationToken).ConfigureAwait(false);
    }

    async Task CloseAsync(uint token, CancellationToken cancellationToken)
    {
        if (_connections.TryRemove(token, out MptcpPathConnection? connection))
        {
            await CallAsync(
                nameof(policy.OnConnectionClosedAsync), () => policy.OnConnectionClosedAsync(connection, cancellationToken), cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>A policy is somebody else's code: whatever it throws is logged, and does not end the others' paths.</summary>
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

    Dictionary<uint, MptcpConnection> List() => kernel.List(s_established).Where(connection => connection.Info is { HasFallenBack: false }).ToDictionary(connection => connection.Token);

    /// <summary>Which end has begun it, only the flags of its subflows tell.</summary>
    static bool IsServerSide(MptcpConnection connection) =>
        connection.Subflows?.Any(subflow => (subflow.Flags & (MptcpSubflowFlags.LocalCapable | MptcpSubflowFlags.LocalJoin)) != 0) == false;
}
