using Mptcp.Netlink;

namespace Mptcp.Tool.Json;

sealed record PlanLine(string Action, string Reason, string Explanation, EndpointLine? Endpoint, int? ExtraSubflows, int? AcceptedAddresses)
{
    internal static PlanLine Of(MptcpEndpointAction action) =>
        new(action.Kind.ToString().ToLowerInvariant(), JsonNames.Kebab(action.Reason.ToString()), action.Explanation, EndpointLine.Of(action.Endpoint), null, null);

    internal static PlanLine Of(MptcpLimits limits) =>
        new("limits", "room", "the limits have no room for the paths", null, limits.ExtraSubflows, limits.AcceptedAddresses);
}
