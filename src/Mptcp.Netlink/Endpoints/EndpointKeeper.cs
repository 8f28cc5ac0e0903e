using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Mptcp.Netlink.Routing;
using Mptcp.Netlink.Telemetry;
using static Mptcp.Netlink.MptcpEndpointActionKind;

namespace Mptcp.Netlink.Endpoints;

/// <summary>Does what a <see cref="MptcpEndpointPlan"/> says.</summary>
sealed class EndpointKeeper(MptcpPathManager manager, HostReader reader, OwnEndpoints own, MptcpEndpointsOptions options, EndpointMetrics metrics, ILogger logger)
{
    readonly Lock _lock = new(); // a host that has waited long enough for its stop goes on beside it
    readonly EndpointReports _reports = new(options, logger);
    readonly LostAddresses _lostAddresses = new(manager);
    HashSet<int> _interfaces = [];
    MptcpHostSnapshot? _lastHost;
    bool _isOver;

    /// <summary>Gets whether a loss of the interface can take a path away.</summary>
    internal bool Watches(int interfaceIndex)
    {
        lock (_lock)
            return _interfaces.Contains(interfaceIndex);
    }

    /// <summary>Does what has to be done. What fails does not keep the rest from being done, and is tried again the next time.</summary>
    /// <param name="onlyLosses">Whether only endpoints of paths that are gone are removed.</param>
    /// <returns>Whether nothing has failed.</returns>
    /// <exception cref="MptcpNetlinkException">The kernel does not tell what there is. Nothing was done.</exception>
    internal bool Update(bool onlyLosses = false)
    {
        lock (_lock)
            return _isOver || Follow(onlyLosses);
    }

    /// <summary>Has the kernel open paths from an endpoint again, which it does only for one that is added. Nothing uses the endpoint.</summary>
    internal void Renew(MptcpEndpoint endpoint)
    {
        lock (_lock)
        {
            if (_isOver || !own.Contains(endpoint))
                return;

            Try(endpoint, () =>
            {
                manager.RemoveEndpoint(endpoint.Id);
                manager.AddEndpoint(endpoint with { InterfaceName = null });
                Log.EndpointRenewed(logger, endpoint.Id, endpoint.Address);
            });
        }
    }

    /// <summary>Makes the plan of this moment, and does nothing.</summary>
    internal (MptcpHostSnapshot Host, MptcpEndpointPlan Plan)? Examine()
    {
        lock (_lock)
        {
            if (_isOver)
                return null;

            MptcpHostSnapshot host = MptcpHostSnapshot.Read(reader, manager);
            return (host, MptcpEndpointPlan.Create(host, options, own.FindOthers(host.Endpoints ?? [])));
        }
    }

    /// <summary>Gets its own endpoints, as the kernel has them.</summary>
    internal IReadOnlyList<MptcpEndpoint> GetOwn()
    {
        lock (_lock)
            return [.. manager.GetEndpoints().Where(own.Contains)];
    }

    /// <summary>Removes its own, and adds no more.</summary>
    internal void RemoveAll()
    {
        lock (_lock)
        {
            _isOver = true;
            foreach (MptcpEndpoint endpoint in manager.GetEndpoints().Where(own.Contains))
            {
                Try(endpoint, () =>
                {
                    Remove(endpoint);
                    Log.EndpointRemoved(logger, endpoint.Id, "the host stops");
                });
            }

            MptcpHostSnapshot routed = new() { DefaultRoutes = reader.ReadDefaultRoutes(), Rules = reader.ReadRules() };
            Do(MptcpEndpointPlan.Create(routed, new MptcpEndpointsOptions()).Routing);
        }
    }

    bool Follow(bool onlyLosses)
    {
        MptcpHostSnapshot host = onlyLosses && _lastHost is not null ? _lastHost.ReadLosses(reader, manager) : MptcpHostSnapshot.Read(reader, manager);
        IReadOnlyList<MptcpEndpoint> existing = host.Endpoints ?? manager.GetEndpoints();
        own.Reconcile(existing);
        MptcpEndpointPlan plan = MptcpEndpointPlan.Create(host, options, own.FindOthers(existing));
        _lastHost = host;
        _interfaces = [.. host.Interfaces.Where(network => !network.IsLoopback && options.Interfaces.IsAllowed(network.Name)).Select(network => network.Index)];
        bool areDone = Do(plan.Actions.Where(action => action.Kind == MptcpEndpointActionKind.Remove && (!onlyLosses || IsLoss(action))));
        foreach (IPAddress address in _lostAddresses.Find(host, existing))
            areDone &= Try(() => _lostAddresses.CloseSubflows(address), e => Log.EndpointFailed(logger, address, e));

        if (onlyLosses)
            return areDone;

        areDone &= Do(plan.Routing);

        // Before there are more paths to be had, since connections take theirs at once.
        areDone &= plan.Limits is not { } limits || Try(() => Raise(limits), e => Log.LimitsFailed(logger, e));
        areDone &= Do(plan.Actions.Where(action => action.Kind is Change or MptcpEndpointActionKind.Add));
        _reports.Report(host, plan);
        metrics.Know(host with { Endpoints = manager.GetEndpoints() }, own.Count);
        return areDone;
    }

    /// <summary>Does all before any of it is logged: connections wait for another path, and a log can be slow.</summary>
    bool Do(IEnumerable<MptcpEndpointAction> actions)
    {
        bool areDone = true;
        List<(MptcpEndpointAction Action, MptcpEndpoint Endpoint)> done = [];
        foreach (MptcpEndpointAction action in actions)
            areDone &= Try(() => done.Add((action, Do(action))), e => Log.EndpointFailed(logger, action.Endpoint.Address, e));

        foreach ((MptcpEndpointAction action, MptcpEndpoint endpoint) in done)
            Report(action, endpoint);

        return areDone;
    }

    /// <summary>Does one action.</summary>
    /// <returns>The endpoint as the kernel has it now, or had it.</returns>
    MptcpEndpoint Do(MptcpEndpointAction action)
    {
        MptcpEndpoint endpoint = action.Endpoint;
        switch (action.Kind)
        {
            case MptcpEndpointActionKind.Add:
                MptcpEndpoint added = manager.AddEndpoint(endpoint with { InterfaceName = null }); // the number is enough, and does not change
                own.Add(added);
                return added;
            case Change:
                return manager.SetEndpointFlags(endpoint.Id, endpoint.Flags);
            default:
                Remove(endpoint);
                return endpoint;
        }
    }

    void Report(MptcpEndpointAction action, MptcpEndpoint endpoint)
    {
        switch (action.Kind)
        {
            case MptcpEndpointActionKind.Add:
                Log.EndpointAdded(logger, endpoint.Id, endpoint.Address, action.Endpoint.InterfaceName, endpoint.Flags);
                break;
            case Change:
                Log.EndpointChanged(logger, endpoint.Id, endpoint.Address, endpoint.Flags);
                break;
            default:
                Log.EndpointRemoved(logger, endpoint.Id, action.Explanation);
                break;
        }
    }

    bool Do(IEnumerable<MptcpRoutingAction> actions)
    {
        bool areDone = true;
        foreach (MptcpRoutingAction action in actions)
        {
            areDone &= Try(
                () =>
                {
                    reader.Writer.Do(action);
                    Log.RoutingChanged(logger, action);
                },
                e => Log.RoutingFailed(logger, action, e));
        }

        return areDone;
    }

    void Remove(MptcpEndpoint endpoint)
    {
        manager.RemoveEndpoint(endpoint.Id);
        own.Remove(endpoint);
    }

    void Raise(MptcpLimits limits)
    {
        manager.SetLimits(limits);
        Log.LimitsRaised(logger, limits.ExtraSubflows, limits.AcceptedAddresses);
    }

    bool Try(MptcpEndpoint endpoint, Action action) => Try(action, e => Log.EndpointFailed(logger, endpoint.Address, e));

    static bool Try(Action action, Action<Exception> log)
    {
        try
        {
            action();
            return true;
        }
        catch (Exception e) when (e is SocketException or InvalidDataException or ArgumentException) // the last: somebody has changed the endpoint meanwhile
        {
            log(e);
            return false;
        }
    }

    static bool IsLoss(MptcpEndpointAction action) =>
        action.Reason is MptcpEndpointReason.AddressGone or MptcpEndpointReason.InterfaceDown or MptcpEndpointReason.NoCarrier;
}
