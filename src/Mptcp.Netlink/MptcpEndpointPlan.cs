using Mptcp.Netlink.Endpoints;

namespace Mptcp.Netlink;

/// <summary>
/// What has to be done so that the kernel has the endpoints that it should have. A pure function of a snapshot and options: what is shown is what <c>AddMptcpEndpoints</c> does.
/// </summary>
/// <remarks>
/// The endpoints with the ids <see cref="FirstOwnId"/> to <see cref="LastOwnId"/> belong to <c>AddMptcpEndpoints</c>, whatever process has added them. A plan leaves all others alone.
/// </remarks>
public sealed record MptcpEndpointPlan
{
    /// <summary>The lowest id of an endpoint that belongs to <c>AddMptcpEndpoints</c>.</summary>
    public const byte FirstOwnId = 200;

    /// <summary>The highest id of an endpoint that belongs to <c>AddMptcpEndpoints</c>.</summary>
    public const byte LastOwnId = 254;

    /// <summary>The number by which routes and rules of <see cref="MptcpRoutingMode.Manage"/> are known as the service's, whatever process has added them: <c>proto 222</c> in <c>ip rule</c> and <c>ip route show table all</c>.</summary>
    public const byte RoutingProtocol = 222;

    internal MptcpEndpointPlan(IReadOnlyList<MptcpEndpointAction> actions, MptcpLimits? limits, IReadOnlyList<MptcpRoutingAction> routing) =>
        (Actions, Limits, Routing) = (actions, limits, routing);

    /// <summary>The actions in the order in which they are done: all removals, then changes, then additions. Those that do nothing come last.</summary>
    public IReadOnlyList<MptcpEndpointAction> Actions { get; }

    /// <summary>The limits to set, after removals and before additions; <see langword="null"/> if they stay as they are.</summary>
    public MptcpLimits? Limits { get; }

    /// <summary>
    /// The changes of routes and rules, in the order in which they are done: removals after those of endpoints, additions before those of endpoints. Without <see cref="MptcpRoutingMode.Manage"/>,
    /// what a process with it has left is removed.
    /// </summary>
    public IReadOnlyList<MptcpRoutingAction> Routing { get; }

    /// <summary>Makes a plan.</summary>
    /// <param name="host">The host. If its endpoints are unknown, the plan takes it that there are none.</param>
    /// <param name="options">The options.</param>
    public static MptcpEndpointPlan Create(MptcpHostSnapshot host, MptcpEndpointsOptions options) => Create(host, options, new HashSet<byte>());

    /// <param name="host">The host.</param>
    /// <param name="options">The options.</param>
    /// <param name="others">Ids of endpoints that are another program's, although they are in the range: the kernel numbers endpoints from the last id on.</param>
    internal static MptcpEndpointPlan Create(MptcpHostSnapshot host, MptcpEndpointsOptions options, IReadOnlySet<byte> others)
    {
        ArgumentNullException.ThrowIfNull(host);
        ArgumentNullException.ThrowIfNull(options);
        return new EndpointPlanner(host, options, others).Plan();
    }
}
