using System.Net.Sockets;
using Mptcp.Netlink.Endpoints;
using Mptcp.Netlink.Routing;
using Mptcp.Sockets;
using Mptcp.Sockets.Creation;

namespace Mptcp.Netlink;

/// <summary>
/// Routes and rules that lead packets from each endpoint out of its interface, done once. <c>AddMptcpEndpoints</c> with
/// <see cref="MptcpRoutingMode.Manage"/> keeps them up to date.
/// </summary>
/// <remarks>
/// The routes and rules are known by <see cref="MptcpEndpointPlan.RoutingProtocol"/>, as those of the service. A service that runs here
/// owns them all: set its <see cref="MptcpEndpointsOptions.Routing"/> instead. They last until the interface goes down or the machine
/// restarts.
/// </remarks>
public static class MptcpRoutes
{
    /// <summary>
    /// The routing table of the endpoint with the id 200, which is also the service's default. An endpoint with the id 1 has the table
    /// 19,801,
    /// one with the id 255 has 20,055.
    /// </summary>
    public const int FirstTable = 20_000;

    /// <summary>
    /// Finds the changes that lead packets from each endpoint out of its interface, and that remove what is left of endpoints that are
    /// gone.
    /// </summary>
    /// <param name="host">The host. An endpoint whose interface has no default route gets no route.</param>
    /// <returns>The changes, in the order in which they are to be done; empty if nothing has to be done.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="host"/> is null.</exception>
    /// <exception cref="ArgumentException">
    /// The endpoints of the host are unknown: its kernel has no MPTCP, or is Linux 6.7 to 6.11, which lists them with
    /// <c>CAP_NET_ADMIN</c> only.
    /// </exception>
    /// <exception cref="InvalidOperationException">Another program has a default route in one of the tables.</exception>
    public static IReadOnlyList<MptcpRoutingAction> Plan(MptcpHostSnapshot host)
    {
        ArgumentNullException.ThrowIfNull(host);
        if (host.Endpoints is null)
        {
            string why = host.Limits is null
                ? "the kernel of the host has no MPTCP."
                : "the kernel did not list the endpoints. Linux 6.7 to 6.11 lists them with CAP_NET_ADMIN only.";
            throw new ArgumentException($"Cannot plan routes: {why}", nameof(host));
        }

        IEnumerable<MptcpEndpoint> added = host.Endpoints.Where(endpoint => (endpoint.Flags & MptcpEndpointFlags.Implicit) == 0);
        IReadOnlyList<MptcpRoutingAction> plan = RoutingPlanner.Plan(host, added, FirstTable);
        if (RoutingPlanner.FindTakenTable(host, plan) is { } table)
        {
            throw new InvalidOperationException(
                $"Cannot plan routes: another program uses the routing table {table}. "
                + "Move its routes, or give the endpoint another id.");
        }

        return plan;
    }

    /// <summary>Finds the changes that remove all such routes and rules, whichever program has added them.</summary>
    /// <param name="host">The host.</param>
    /// <returns>The changes, in the order in which they are to be done; empty if there are none.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="host"/> is null.</exception>
    public static IReadOnlyList<MptcpRoutingAction> PlanRemoval(MptcpHostSnapshot host)
    {
        ArgumentNullException.ThrowIfNull(host);
        return RoutingPlanner.Plan(host, [], FirstTable);
    }

    /// <summary>Carries out a plan, in the network namespace of the calling thread.</summary>
    /// <param name="plan">The changes, as <see cref="Plan"/> or <see cref="PlanRemoval"/> returned them.</param>
    /// <exception cref="ArgumentNullException"><paramref name="plan"/> is null.</exception>
    /// <exception cref="ArgumentException">
    /// A change is invalid or concerns a route or rule of another program. Nothing was changed.
    /// </exception>
    /// <exception cref="MptcpNotSupportedException">This is not Linux.</exception>
    /// <exception cref="MptcpNetlinkException">
    /// The kernel refuses a change. The changes before it are done; <see cref="PlanRemoval"/> undoes them.
    /// </exception>
    /// <exception cref="MptcpPrivilegeException">This process lacks <c>CAP_NET_ADMIN</c>.</exception>
    /// <exception cref="SocketException">No more sockets can be opened.</exception>
    public static void Apply(IEnumerable<MptcpRoutingAction> plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        MptcpRoutingAction[] actions = [.. plan];
        foreach (MptcpRoutingAction action in actions)
        {
            if (RoutingActionRules.FindProblem(action) is { } problem)
            {
                throw new ArgumentException(
                    $"Cannot apply the plan, and nothing was changed: '{action}' is invalid, because {problem}.", nameof(plan));
            }
        }

        if (!OperatingSystem.IsLinux())
            throw new Refusal(MptcpUnavailableReason.NotLinux).ToException();

        using HostReader reader = HostReader.Open();
        foreach (MptcpRoutingAction action in actions)
            reader.Writer.Do(action);
    }
}
