using Mptcp.Netlink;

namespace Mptcp.Tool.Commands;

sealed class RoutesRemoveCommand() : ToolCommand("remove", "Remove all routes and rules of 'apply', and those of AddMptcpEndpoints.")
{
    protected override Task<int> RunAsync(Call call) => Task.FromResult(RoutesCommand.Apply(call.Terminal, MptcpRoutes.PlanRemoval(MptcpHostSnapshot.Take())));
}
