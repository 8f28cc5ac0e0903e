using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging;
using Mptcp.Netlink.Routing;
using Mptcp.Netlink.Telemetry;

namespace Mptcp.Netlink.Endpoints;

/// <summary>
/// Carries out single steps of a plan. A step that fails is logged, and its method returns <see langword="false"/>. The log is written
/// later.
/// </summary>
sealed class EndpointActions(MptcpPathManager manager, HostReader reader, OwnEndpoints own, LaterLog log)
{
    internal bool Do(IEnumerable<MptcpEndpointAction> actions) =>
        actions.Aggregate(true, (areDone, action) => areDone & Try(action.Endpoint.Address, () => Do(action)));

    internal bool Do(IEnumerable<MptcpRoutingAction> actions) =>
        actions.Aggregate(true, (areDone, action) => areDone & Try(() => Do(action), (logger, e) => Log.RoutingFailed(logger, action, e)));

    internal bool Do(MptcpLimits limits) => Try(
        () =>
        {
            manager.SetLimits(limits);
            log.Add(logger => Log.LimitsRaised(logger, limits.ExtraSubflows, limits.AcceptedAddresses));
        },
        Log.LimitsFailed);

    /// <summary>
    /// Closes the subflows of addresses that are not endpoints: each becomes an endpoint of this service for a moment, and the kernel
    /// closes
    /// the subflows of an endpoint that is removed.
    /// </summary>
    internal bool Close(LostAddresses lost, MptcpHostSnapshot host) =>
        lost.Find(host).Aggregate(true, (areDone, address) => areDone & Try(address, () =>
        {
            MptcpEndpoint added = manager.AddEndpoint(EndpointPlanner.WithFreeId(new(address, MptcpEndpointFlags.None), host.Endpoints ?? []));
            own.Add(added);
            manager.RemoveEndpoint(added.Id);
            own.Remove(added);
            lost.OnClosed(address);
        }));

    internal bool Remove(IEnumerable<MptcpEndpoint> endpoints, string explanation) =>
        endpoints.Aggregate(true, (areDone, endpoint) => areDone & Try(endpoint.Address, () => Remove(endpoint, explanation)));

    internal bool Renew(MptcpEndpoint endpoint) => Try(endpoint.Address, () =>
    {
        manager.RemoveEndpoint(endpoint.Id);
        manager.AddEndpoint(WithoutName(endpoint));
        log.Add(logger => Log.EndpointRenewed(logger, endpoint.Id, endpoint.Address));
    });

    void Do(MptcpEndpointAction action)
    {
        MptcpEndpoint endpoint = action.Endpoint;
        switch (action.Kind)
        {
            case MptcpEndpointActionKind.Add:
                MptcpEndpoint added = manager.AddEndpoint(WithoutName(endpoint));
                own.Add(added);
                log.Add(logger => Log.EndpointAdded(logger, added.Id, added.Address, endpoint.InterfaceName, added.Flags));
                break;
            case MptcpEndpointActionKind.Change:
                MptcpEndpoint changed = manager.SetEndpointFlags(endpoint.Id, endpoint.Flags);
                log.Add(logger => Log.EndpointChanged(logger, changed.Id, changed.Address, changed.Flags));
                break;
            case MptcpEndpointActionKind.Remove:
                Remove(endpoint, action.Explanation);
                break;
        }
    }

    void Remove(MptcpEndpoint endpoint, string explanation)
    {
        manager.RemoveEndpoint(endpoint.Id);
        own.Remove(endpoint);
        log.Add(logger => Log.EndpointRemoved(logger, endpoint.Id, endpoint.Address, explanation));
    }

    void Do(MptcpRoutingAction action)
    {
        reader.Writer.Do(action);
        log.Add(logger => Log.RoutingChanged(logger, action));
    }

    bool Try(IPAddress address, Action action) => Try(action, (logger, e) => Log.EndpointFailed(logger, address, e));

    /// <summary>An <see cref="ArgumentException"/> means that another program has changed the endpoint meanwhile.</summary>
    bool Try(Action action, Action<ILogger, Exception> writeFailure)
    {
        try
        {
            action();
            return true;
        }
        catch (Exception e) when (e is SocketException or InvalidDataException or ArgumentException)
        {
            log.Add(logger => writeFailure(logger, e));
            return false;
        }
    }

    /// <summary>The index of the interface is enough. The name may change.</summary>
    static MptcpEndpoint WithoutName(MptcpEndpoint endpoint) => endpoint with { InterfaceName = null };
}
