using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Mptcp.Netlink.Routing;
using Mptcp.Netlink.Telemetry;
using Mptcp.Sockets;
using static Mptcp.Netlink.MptcpEndpointActionKind;

namespace Mptcp.Netlink.Endpoints;

/// <summary>Does what a <see cref="MptcpEndpointPlan"/> says, and knows which endpoints are its own.</summary>
sealed class EndpointKeeper(MptcpPathManager manager, HostReader reader, OtherManagers managers, MptcpEndpointsOptions options, EndpointMetrics metrics, ILogger logger)
{
    const MptcpEndpointFlags ProbedFlags = MptcpEndpointFlags.FullMesh | MptcpEndpointFlags.Laminar; // not all kernels know these

    static readonly IPAddress s_nobody = IPAddress.Parse("192.0.2.1"); // of documentation, RFC 5737

    readonly Lock _lock = new(); // a host that has waited long enough for its stop goes on beside it
    readonly EndpointReports _reports = new(options, logger);
    HashSet<(byte Id, IPAddress Address)>? _own; // null until the first look, which takes over what a crash has left
    HashSet<int> _interfaces = [];
    HashSet<IPAddress> _addresses = [];
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

    /// <summary>Refuses, before anything is touched, what this kernel would refuse or ignore later.</summary>
    /// <exception cref="MptcpPrivilegeException">This process lacks <c>CAP_NET_ADMIN</c>.</exception>
    /// <exception cref="MptcpNotSupportedException">This kernel ignores one of the flags.</exception>
    /// <exception cref="OptionsValidationException">A limit is more than this kernel allows, or another program uses a routing table.</exception>
    internal void Check()
    {
        manager.CheckPrivilege();
        if (options.AcceptedAddresses > manager.GetMaximum())
        {
            throw new OptionsValidationException(Options.DefaultName, typeof(MptcpEndpointsOptions),
                [$"{nameof(MptcpEndpointsOptions.AcceptedAddresses)} is from 0 to {manager.GetMaximum()} on this kernel, not {options.AcceptedAddresses}."]);
        }

        CheckTables();

        // An endpoint that nobody can use. Its flags are what the kernel knows of those that are asked for.
        foreach (MptcpEndpointFlags flags in options.Rules.Select(rule => rule.Flags ?? 0).Prepend(options.Flags).Where(flags => (flags & ProbedFlags) != 0).Distinct())
        {
            if (manager.GetEndpoints().Count < manager.GetMaximum())
                manager.RemoveEndpoint(manager.AddEndpoint(s_nobody, flags).Id);
        }
    }

    void CheckTables()
    {
        if (options.Routing != MptcpRoutingMode.Manage)
            return;

        int last = options.FirstRoutingTable + MptcpEndpointPlan.LastOwnId - MptcpEndpointPlan.FirstOwnId;
        long? taken = reader.ReadRoutes(route => IsTaken(route.Table, route.Protocol)).Select(route => (long?)route.Table)
            .Concat(reader.ReadRules().Where(rule => IsTaken(rule.Table, rule.Protocol)).Select(rule => (long?)rule.Table))
            .FirstOrDefault();
        if (taken is not null)
        {
            throw new OptionsValidationException(Options.DefaultName, typeof(MptcpEndpointsOptions),
                [$"{nameof(options.FirstRoutingTable)} is {options.FirstRoutingTable}, and another program uses the routing table {taken}: choose a number such that no table up to {last - options.FirstRoutingTable} above it is in use."]);
        }

        bool IsTaken(long table, byte protocol) => table >= options.FirstRoutingTable && table <= last && protocol != MptcpEndpointPlan.RoutingProtocol;
    }

    /// <summary>Has the kernel open paths from an endpoint again, which it does only for one that is added. Nothing uses the endpoint.</summary>
    internal void Renew(MptcpEndpoint endpoint)
    {
        lock (_lock)
        {
            if (_isOver || _own?.Contains((endpoint.Id, endpoint.Address)) != true)
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
            HashSet<byte> others = _own is null
                ? []
                : [.. (host.Endpoints ?? []).Where(endpoint => !_own.Contains((endpoint.Id, endpoint.Address))).Select(endpoint => endpoint.Id)];
            return (host, MptcpEndpointPlan.Create(host, options, others));
        }
    }

    /// <summary>Gets its own endpoints, as the kernel has them.</summary>
    internal IReadOnlyList<MptcpEndpoint> GetOwn()
    {
        lock (_lock)
            return [.. manager.GetEndpoints().Where(endpoint => _own?.Contains((endpoint.Id, endpoint.Address)) == true)];
    }

    /// <summary>Removes its own, and adds no more.</summary>
    internal void RemoveAll()
    {
        lock (_lock)
        {
            _isOver = true;
            foreach (MptcpEndpoint endpoint in manager.GetEndpoints().Where(endpoint => _own?.Contains((endpoint.Id, endpoint.Address)) == true))
                Try(endpoint, () => Remove(endpoint, "the host stops"));

            MptcpHostSnapshot routed = new() { DefaultRoutes = reader.ReadDefaultRoutes(), Rules = reader.ReadRules() };
            Do(MptcpEndpointPlan.Create(routed, new MptcpEndpointsOptions()).Routing);

            _own?.Clear();
        }
    }

    bool Follow(bool onlyLosses)
    {
        MptcpHostSnapshot host = MptcpHostSnapshot.Read(reader, manager);
        IReadOnlyList<MptcpEndpoint> existing = host.Endpoints ?? manager.GetEndpoints();
        MptcpEndpointPlan plan = MptcpEndpointPlan.Create(host, options, FindOthers(existing));
        _interfaces = [.. host.Interfaces.Where(network => !network.IsLoopback && options.Interfaces.IsAllowed(network.Name)).Select(network => network.Index)];
        bool areClosed = CloseSubflows(host, existing);
        if (onlyLosses)
            return Do(plan.Actions.Where(IsLoss)) && areClosed;

        bool areDone = areClosed & Do(plan.Actions.Where(action => action.Kind == MptcpEndpointActionKind.Remove)) & Do(plan.Routing);

        // Before there are more paths to be had, since connections take theirs at once.
        areDone &= plan.Limits is not { } limits || Try(() => Raise(limits), e => Log.LimitsFailed(logger, e));
        areDone &= Do(plan.Actions.Where(action => action.Kind is Change or MptcpEndpointActionKind.Add));
        _reports.Report(host, plan);
        metrics.Know(host with { Endpoints = manager.GetEndpoints() }, _own!.Count);
        return areDone;
    }

    /// <summary>Finds endpoints in the range of ids that another program has: the kernel may give it such an id. Those of the first look count as this service's own.</summary>
    HashSet<byte> FindOthers(IReadOnlyList<MptcpEndpoint> existing)
    {
        MptcpEndpoint[] inRange = [.. existing.Where(endpoint => EndpointPlanner.IsOwn(endpoint, new HashSet<byte>()))];
        if (_own is null)
        {
            _own = [.. inRange.Select(endpoint => (endpoint.Id, endpoint.Address))];
            foreach (MptcpEndpoint endpoint in inRange)
                Log.EndpointAdopted(logger, endpoint.Id, endpoint.Address);
        }

        HashSet<(byte, IPAddress)> present = [.. inRange.Select(endpoint => (endpoint.Id, endpoint.Address))];
        foreach ((byte id, IPAddress address) in _own.Where(own => !present.Contains(own)).ToArray())
        {
            _own.Remove((id, address));
            Log.EndpointRemovedByOther(logger, id, address, managers.Describe());
        }

        return [.. inRange.Where(endpoint => !_own.Contains((endpoint.Id, endpoint.Address))).Select(endpoint => endpoint.Id)];
    }

    /// <summary>
    /// Closes the subflows of addresses that have gone and were no endpoints, such as temporary ones, which connections begin from: the kernel would wait for their timeouts. It closes the subflows of an
    /// endpoint that is removed, and tells the peer.
    /// </summary>
    bool CloseSubflows(MptcpHostSnapshot host, IReadOnlyList<MptcpEndpoint> existing)
    {
        MptcpInterfaceAddress[] now = [.. host.Interfaces.Where(network => !network.IsLoopback).SelectMany(network => network.Addresses)];
        IPAddress[] gone = [.. _addresses.Except(now.Select(address => address.Address)).Except(existing.Select(endpoint => endpoint.Address))];
        _addresses = [.. now.Select(address => address.Address).Where(address => !address.IsIPv6LinkLocal)];
        bool areClosed = true;
        foreach (IPAddress address in gone)
        {
            // Without another path, the connection may outlive that, as TCP would.
            if (existing.Count < host.Maximum && now.Any(other => other.IsReady && other.Address.AddressFamily == address.AddressFamily))
                areClosed &= Try(new MptcpEndpoint(address, MptcpEndpointFlags.None), () => manager.RemoveEndpoint(manager.AddEndpoint(address, MptcpEndpointFlags.None).Id));
        }

        return areClosed;
    }

    bool Do(IEnumerable<MptcpEndpointAction> actions)
    {
        bool areDone = true;
        foreach (MptcpEndpointAction action in actions)
        {
            MptcpEndpoint endpoint = action.Endpoint;
            areDone &= Try(endpoint, action.Kind switch
            {
                MptcpEndpointActionKind.Add => () => Add(endpoint),
                Change => () => SetFlags(endpoint),
                _ => () => Remove(endpoint, action.Explanation),
            });
        }

        return areDone;
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

    void Add(MptcpEndpoint endpoint)
    {
        MptcpEndpoint added = manager.AddEndpoint(endpoint with { InterfaceName = null }); // the number is enough, and does not change
        _own!.Add((added.Id, added.Address));
        Log.EndpointAdded(logger, added.Id, added.Address, endpoint.InterfaceName, added.Flags);
    }

    void SetFlags(MptcpEndpoint endpoint)
    {
        manager.SetEndpointFlags(endpoint.Id, endpoint.Flags);
        Log.EndpointChanged(logger, endpoint.Id, endpoint.Address, endpoint.Flags);
    }

    void Remove(MptcpEndpoint endpoint, string explanation)
    {
        manager.RemoveEndpoint(endpoint.Id);
        _own!.Remove((endpoint.Id, endpoint.Address));
        Log.EndpointRemoved(logger, endpoint.Id, explanation);
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

    static bool IsLoss(MptcpEndpointAction action) => action is
    {
        Kind: MptcpEndpointActionKind.Remove,
        Reason: MptcpEndpointReason.AddressGone or MptcpEndpointReason.InterfaceDown or MptcpEndpointReason.NoCarrier,
    };
}
