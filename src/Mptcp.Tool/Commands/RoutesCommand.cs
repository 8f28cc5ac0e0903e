using Mptcp.Netlink;
using Mptcp.Tool.Json;
using Mptcp.Tool.Rendering;

namespace Mptcp.Tool.Commands;

/// <summary>As <c>AddMptcpEndpoints</c> with Routing=Manage, once. Without a verb, it plans.</summary>
sealed class RoutesCommand : ToolCommand
{
    internal RoutesCommand()
        : base("routes", "Lead packets from each endpoint out of its interface, by a routing table and rules for each. Changes need CAP_NET_ADMIN.")
    {
        Subcommands.Add(new RoutesPlanCommand());
        Subcommands.Add(new RoutesApplyCommand());
        Subcommands.Add(new RoutesRemoveCommand());
    }

    protected override Task<int> RunAsync(Call call) => Task.FromResult(Show(call.Terminal, Plan(MptcpHostSnapshot.Take())));

    internal static IReadOnlyList<MptcpRoutingAction> Plan(MptcpHostSnapshot host) => host switch
    {
        { Endpoints: not null } => MptcpRoutes.Plan(host),
        { Limits: null } => throw new ToolException(
            ExitCode.NoMptcpHere, $"Cannot plan routes: the kernel {host.KernelRelease} has no MPTCP, and so no endpoints. 'mptcp doctor' says why."),
        _ => throw new ToolException(
            ExitCode.PrivilegeMissing, "Cannot plan routes: this kernel lists its endpoints with CAP_NET_ADMIN only, as Linux 6.7 to 6.11 does. Run as root."),
    };

    internal static int Apply(Terminal terminal, IReadOnlyList<MptcpRoutingAction> plan)
    {
        MptcpRoutes.Apply(plan);
        return Show(terminal, plan);
    }

    internal static int Show(Terminal terminal, IReadOnlyList<MptcpRoutingAction> plan)
    {
        if (terminal.IsJson)
        {
            foreach (MptcpRoutingAction action in plan)
                terminal.Object(RoutingLine.Of(action), ToolJson.Default.RoutingLine);
        }
        else
        {
            terminal.Lines(plan.Count == 0 ? ["[grey]Nothing has to be changed.[/]"] : plan.Select(action => Format.Cell(action.Command)));
        }

        return ExitCode.Done;
    }
}
