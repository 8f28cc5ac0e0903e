using System.CommandLine;
using Mptcp.Netlink;

namespace Mptcp.Tool.Commands;

sealed class RoutesPlanCommand : ToolCommand
{
    readonly Option<FileInfo?> _snapshot = SnapshotOption.Create("Plan for another host");

    internal RoutesPlanCommand()
        : base("plan", "Show what 'apply' would do, as commands of ip(8). It changes nothing and needs no privilege.") => Options.Add(_snapshot);

    protected override Task<int> RunAsync(Call call) =>
        Task.FromResult(RoutesCommand.Show(call.Terminal, RoutesCommand.Plan(call.Get(_snapshot) is { } file ? SavedSnapshot.Read(file) : MptcpHostSnapshot.Take())));
}
