using Microsoft.Extensions.Logging;
using Mptcp.Netlink.Routing;
using Mptcp.Netlink.Telemetry;
using static Mptcp.Netlink.MptcpEndpointActionKind;

namespace Mptcp.Netlink.Endpoints;

/// <summary>Keeps the kernel's endpoints as a <see cref="MptcpEndpointPlan"/> says. Thread-safe.</summary>
sealed class EndpointKeeper
{
    // Reading the host can take long: some hosts have a million routes. So a loss waits for _lock only, which is taken after _reading.
    readonly Lock _reading = new(), _lock = new();
    readonly MptcpPathManager _manager;
    readonly HostReader _reader;
    readonly MptcpEndpointsOptions _options;
    readonly EndpointMetrics _metrics;
    readonly LaterLog _log;
    readonly OwnEndpoints _own;
    readonly EndpointActions _actions;
    readonly LostAddresses _lostAddresses;
    readonly EndpointReports _reports;
    readonly List<HostLoss> _lossesSinceRead = [];
    MptcpHostSnapshot? _host; // null until the first update
    bool _isOver;

    internal EndpointKeeper(
        MptcpPathManager manager, HostReader reader, OtherManagers managers, MptcpEndpointsOptions options, EndpointMetrics metrics,
        ILogger logger)
    {
        (_manager, _reader, _options, _metrics) = (manager, reader, options, metrics);
        _log = new LaterLog(logger);
        _own = new OwnEndpoints(managers, _log);
        _actions = new EndpointActions(manager, reader, _own, _log);
        _lostAddresses = new LostAddresses();
        _reports = new EndpointReports(options, logger);
    }

    /// <summary>Reads the host, and does what remains to be done. A step that fails does not prevent the others.</summary>
    /// <returns><see langword="true"/> if all steps succeeded; otherwise, the next update retries them.</returns>
    /// <exception cref="MptcpNetlinkException">The kernel refused to list interfaces, routes or endpoints.</exception>
    internal bool Update()
    {
        bool isFirst;
        MptcpHostSnapshot host;
        (MptcpEndpointPlan Plan, bool AreDone)? followed;
        try
        {
            lock (_reading)
            {
                lock (_lock)
                {
                    isFirst = _host is null;
                    _lossesSinceRead.Clear();
                }

                host = MptcpHostSnapshot.Read(_reader, _manager);
                followed = Follow(host);
            }
        }
        finally
        {
            _log.Write();
        }

        if (followed is not (var plan, var areDone))
            return true;

        _reports.Report(host, plan);
        if (isFirst)
            _ = Task.Run(Rehearse); // the start of the host does not wait for it

        return areDone;
    }

    /// <summary>Removes the endpoints whose paths are gone. Reads nothing before, because connections wait.</summary>
    /// <returns>
    /// <see langword="true"/> if an update is needed soon: the loss may be of an unknown kind, or over by now because it was handled late.
    /// </returns>
    /// <exception cref="MptcpNetlinkException">The kernel refused to list the endpoints.</exception>
    internal bool Lose(IReadOnlyList<HostLoss> losses)
    {
        bool mayDiffer = losses.Contains(HostLoss.Unknown);
        lock (_lock)
        {
            if (_isOver || _host is null)
                return false;

            _lossesSinceRead.AddRange(losses);
            MptcpHostSnapshot host = Without(losses, _host);
            if (!ReferenceEquals(host, _host))
            {
                _actions.Do(Plan(host).Actions.Where(IsLoss));
                _actions.Close(_lostAddresses, host);
                _host = host with { Endpoints = _manager.GetEndpoints() };
                mayDiffer = true;
            }
        }

        if (mayDiffer)
            _ = Task.Run(_log.Write); // the next loss does not wait for the log

        return mayDiffer;
    }

    /// <summary>
    /// Plans the loss of each interface, and does nothing. .NET compiles a method at its first call. Without this, the first loss would
    /// wait 10 ms or more for over 100 methods.
    /// </summary>
    void Rehearse()
    {
        const int none = -1;
        Lose([new HostLoss(none, null, IsUp: false)]);
        lock (_lock)
        {
            foreach (HostLoss loss in (_host?.Interfaces ?? []).Select(network => new HostLoss(network.Index, null, IsUp: false)))
                _ = Plan(loss.ApplyTo(_host!)).Actions.Where(IsLoss).Select(action => action.Explanation).ToArray();
        }
    }

    /// <summary>
    /// Removes and adds an endpoint that no connection uses. The kernel opens paths from an endpoint only when it is added.
    /// </summary>
    internal void Renew(MptcpEndpoint endpoint)
    {
        lock (_lock)
        {
            if (!_isOver && _own.Contains(endpoint))
                _actions.Renew(endpoint);
        }

        _log.Write();
    }

    /// <summary>Makes the plan of this moment, and does nothing.</summary>
    internal (MptcpHostSnapshot Host, MptcpEndpointPlan Plan)? Examine()
    {
        lock (_reading)
        {
            MptcpHostSnapshot host = MptcpHostSnapshot.Read(_reader, _manager);
            lock (_lock)
                return _isOver ? null : (host, Plan(host));
        }
    }

    /// <summary>Returns the endpoints of this service, as the kernel has them.</summary>
    internal IReadOnlyList<MptcpEndpoint> GetOwn()
    {
        lock (_lock)
            return [.. _manager.GetEndpoints().Where(_own.Contains)];
    }

    /// <summary>Removes the endpoints of this service, and adds none from now on.</summary>
    internal void RemoveEndpoints()
    {
        lock (_lock)
        {
            _isOver = true;
            _actions.Remove(_manager.GetEndpoints().Where(_own.Contains), "the host stops");
        }

        _log.Write();
    }

    /// <summary>Removes the routes and rules of this service, after its endpoints.</summary>
    internal void RemoveRouting()
    {
        lock (_reading)
        {
            MptcpHostSnapshot routed = new() { DefaultRoutes = _reader.ReadDefaultRoutes(), Rules = _reader.ReadRules() };
            _actions.Do(MptcpEndpointPlan.Create(routed, new MptcpEndpointsOptions()).Routing);
        }

        _log.Write();
    }

    /// <returns>Null if the service has ended.</returns>
    (MptcpEndpointPlan Plan, bool AreDone)? Follow(MptcpHostSnapshot read)
    {
        lock (_lock)
        {
            if (_isOver)
                return null;

            MptcpHostSnapshot host = Without(_lossesSinceRead, read) with { Endpoints = _manager.GetEndpoints() };
            _own.Reconcile(host.Endpoints!);
            MptcpEndpointPlan plan = Plan(host);
            bool areDone = _actions.Do(plan.Actions.Where(action => action.Kind == Remove));
            areDone &= _actions.Close(_lostAddresses, host);

            // Routes and limits come before additions, because connections use a new endpoint at once.
            areDone &= _actions.Do(plan.Routing);
            areDone &= plan.Limits is not { } limits || _actions.Do(limits);
            areDone &= _actions.Do(plan.Actions.Where(action => action.Kind is Change or Add));
            _host = host with { Endpoints = _manager.GetEndpoints() };
            _metrics.Know(_host, _own.Count);
            return (plan, areDone);
        }
    }

    MptcpEndpointPlan Plan(MptcpHostSnapshot host) => MptcpEndpointPlan.Create(host, _options, _own.FindOthers(host.Endpoints ?? []));

    static MptcpHostSnapshot Without(IReadOnlyList<HostLoss> losses, MptcpHostSnapshot host) =>
        losses.Aggregate(host, (left, loss) => loss.ApplyTo(left));

    static bool IsLoss(MptcpEndpointAction action) => action is
    {
        Kind: Remove, Reason: MptcpEndpointReason.AddressGone or MptcpEndpointReason.InterfaceDown or MptcpEndpointReason.NoCarrier
    };
}
