using Mptcp.Netlink;

namespace Mptcp.Tool.Commands;

sealed class RoutesApplyCommand() : ToolCommand("apply", "Add the routes and rules of the endpoints, once, and remove those of endpoints that are gone.")
{
    protected override Task<int> RunAsync(Call call) => Task.FromResult(RoutesCommand.Apply(call.Terminal, RoutesCommand.Plan(MptcpHostSnapshot.Take())));
}
