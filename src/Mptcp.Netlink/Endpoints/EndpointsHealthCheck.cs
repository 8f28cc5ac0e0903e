using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using static Mptcp.Netlink.MptcpEndpointActionKind;

namespace Mptcp.Netlink.Endpoints;

/// <summary>Compares the endpoints of the kernel with those that it should have.</summary>
sealed class EndpointsHealthCheck(IServiceProvider services) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(Check(context.Registration.FailureStatus));

    HealthCheckResult Check(HealthStatus failure)
    {
        if (services.GetServices<IHostedService>().OfType<EndpointsService>().FirstOrDefault() is not { } service)
            return new HealthCheckResult(failure, "AddMptcpEndpoints was not called.");

        try
        {
            return service.Examine() is var (host, plan)
                ? Judge(host, plan, failure)
                : new HealthCheckResult(failure, "The service that keeps the endpoints does not run.");
        }
        catch (Exception e) when (e is SocketException or InvalidDataException)
        {
            return new HealthCheckResult(failure, "The kernel refused to list interfaces, routes or endpoints.", e);
        }
    }

    static HealthCheckResult Judge(MptcpHostSnapshot host, MptcpEndpointPlan plan, HealthStatus failure)
    {
        IEnumerable<MptcpEndpointAction> pending = plan.Actions.Where(action => action.Kind is not (Keep or Skip));
        IEnumerable<MptcpEndpointAction> missing = plan.Actions.Where(
            action => action.Reason is MptcpEndpointReason.NoRoom or MptcpEndpointReason.TakenByOther);
        int kept = plan.Actions.Count(action => action.Kind == Keep);
        int expected = kept + plan.Actions.Count(action => action.Kind is Add or Change);
        int existing = host.Endpoints?.Count ?? kept;
        int own = plan.Actions.Count(action => action.Kind is Keep or Change or Remove);
        int room = MptcpEndpointPlan.Room(host.MaximumEndpoints, own, existing);
        string[] problems =
            [.. pending.Union(missing).Select(action => action.ToString()), .. plan.Routing.Select(action => action.ToString())];
        var data = new Dictionary<string, object>
        {
            ["expected"] = expected,
            ["actual"] = kept,
            ["others"] = existing - own,
            ["room"] = room,
        };
        string counts = $"{kept} of {expected} endpoints are as they should be, with room for {room} more";
        return problems.Length == 0
            ? new HealthCheckResult(HealthStatus.Healthy, $"{counts}.", data: data)
            : new HealthCheckResult(failure, $"{counts}: {string.Join("; ", problems)}.", data: data);
    }
}
