using Mptcp.Netlink;

namespace Mptcp.Tool.Commands;

sealed class EndpointsFlushCommand() : ToolCommand("flush", "Remove all endpoints. All paths that use them are closed.")
{
    protected override Task<int> RunAsync(Call call)
    {
        using MptcpPathManager manager = MptcpPathManager.Open();
        manager.FlushEndpoints();
        return Task.FromResult(ExitCode.Done);
    }
}
