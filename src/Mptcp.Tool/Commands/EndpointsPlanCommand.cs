using Mptcp.Netlink;
using Mptcp.Tool.Json;
using Mptcp.Tool.Rendering;
using System.CommandLine;

namespace Mptcp.Tool.Commands;

sealed class EndpointsPlanCommand : ToolCommand
{
    readonly EndpointsOptions _options = new();
    readonly Option<FileInfo?> _snapshot = SnapshotOption.Create("Plan for another host");

    internal EndpointsPlanCommand()
        : base("plan", "Show what 'follow' would do, and why. It changes nothing and needs no privilege.")
    {
        _options.AddTo(this);
        Options.Add(_snapshot);
    }

    protected override Task<int> RunAsync(Call call)
    {
        MptcpHostSnapshot host = call.Get(_snapshot) is { } file ? SavedSnapshot.Read(file) : MptcpHostSnapshot.Take();
        var options = new MptcpEndpointsOptions();
        _options.Apply(call, options);
        ArgumentParser.CheckLimit(options.AcceptedAddresses, host.Maximum);
        MptcpEndpointPlan plan = MptcpEndpointPlan.Create(host, options);
        if (call.Terminal.IsJson)
            WriteObjects(call.Terminal, plan);
        else
            call.Terminal.Lines(PlanList.Lines(plan, call.Terminal.Width));

        return Task.FromResult(ExitCode.Done);
    }

    static void WriteObjects(Terminal terminal, MptcpEndpointPlan plan)
    {
        if (plan.Limits is { } limits)
            terminal.Object(PlanLine.Of(limits), ToolJson.Default.PlanLine);

        foreach (MptcpEndpointAction action in plan.Actions)
            terminal.Object(PlanLine.Of(action), ToolJson.Default.PlanLine);
    }
}
