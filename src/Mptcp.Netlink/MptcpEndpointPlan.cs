using Mptcp.Netlink.Endpoints;

namespace Mptcp.Netlink;

/// <summary>
/// The steps that give the kernel the endpoints that it should have. A pure function of a snapshot and options. <c>AddMptcpEndpoints</c>
/// carries out the same plan.
/// </summary>
/// <remarks>
/// The endpoints with the ids <see cref="FirstOwnId"/> to <see cref="LastOwnId"/> belong to <c>AddMptcpEndpoints</c>, whichever process
/// added them. A plan does not touch other endpoints.
/// </remarks>
public sealed class MptcpEndpointPlan
{
    /// <summary>The lowest id of an endpoint that belongs to <c>AddMptcpEndpoints</c>.</summary>
    public const byte FirstOwnId = 200;

    /// <summary>The highest id of an endpoint that belongs to <c>AddMptcpEndpoints</c>.</summary>
    public const byte LastOwnId = 254;

    internal const int OwnIds = LastOwnId - FirstOwnId + 1;

    /// <summary>Returns how many endpoints the service can still add: as many as the kernel takes, and as there are ids.</summary>
    internal static int Room(int maximum, int own, int all) => Math.Min(maximum - all, OwnIds - own);

    /// <summary>
    /// The protocol number of the routes and rules of <see cref="MptcpRoutingMode.Manage"/>, by which the service also recognizes those of
    /// an earlier process: <c>proto 222</c> in <c>ip rule</c> and <c>ip route show table all</c>.
    /// </summary>
    public const byte RoutingProtocol = 222;

    internal MptcpEndpointPlan(
        IReadOnlyList<MptcpEndpointAction> actions, MptcpLimits? limits, IReadOnlyList<MptcpRoutingAction> routing) =>
        (Actions, Limits, Routing) = (actions, limits, routing);

    /// <summary>
    /// Gets the actions in the order in which they are done: removals, changes, additions. Actions that do nothing come last.
    /// </summary>
    public IReadOnlyList<MptcpEndpointAction> Actions { get; }

    /// <summary>Gets the limits to set, after removals and before additions; <see langword="null"/> if they do not change.</summary>
    public MptcpLimits? Limits { get; }

    /// <summary>
    /// Gets the changes of routes and rules, in order: removals after those of endpoints, additions before those of endpoints. Without
    /// <see cref="MptcpRoutingMode.Manage"/>, the plan removes what an earlier process left.
    /// </summary>
    public IReadOnlyList<MptcpRoutingAction> Routing { get; }

    /// <summary>Creates a plan.</summary>
    /// <example>
    /// <code>
    /// MptcpEndpointPlan plan = MptcpEndpointPlan.Create(MptcpHostSnapshot.Take(), new MptcpEndpointsOptions());
    /// foreach (MptcpEndpointAction action in plan.Actions) Console.WriteLine(action);
    /// </code>
    /// </example>
    /// <param name="host">The host. If its endpoints are unknown, the plan assumes that there are none.</param>
    /// <param name="options">The options.</param>
    public static MptcpEndpointPlan Create(MptcpHostSnapshot host, MptcpEndpointsOptions options) =>
        Create(host, options, new HashSet<byte>());

    /// <param name="host">The host.</param>
    /// <param name="options">The options.</param>
    /// <param name="others">
    /// The ids in the range whose endpoints belong to another program: the kernel continues the numbers from the last id.
    /// </param>
    internal static MptcpEndpointPlan Create(MptcpHostSnapshot host, MptcpEndpointsOptions options, IReadOnlySet<byte> others)
    {
        ArgumentNullException.ThrowIfNull(host);
        ArgumentNullException.ThrowIfNull(options);
        return new EndpointPlanner(host, options, others).Plan();
    }
}
