namespace Mptcp.Tool.Commands;

sealed class EndpointsListCommand() : ToolCommand("list", "List the endpoints.")
{
    protected override Task<int> RunAsync(Call call) => Task.FromResult(EndpointsCommand.List(call.Terminal));
}
