using Mptcp.Netlink;
using Mptcp.Tool.Json;
using Mptcp.Tool.Rendering;

namespace Mptcp.Tool.Commands;

/// <summary>Corresponds to <c>ip mptcp endpoint</c>. Without a verb, it lists the endpoints.</summary>
sealed class EndpointsCommand : ToolCommand
{
    internal EndpointsCommand()
        : base("endpoints", "List and change the kernel's MPTCP endpoints: the addresses that paths begin at. Changes need CAP_NET_ADMIN.")
    {
        Subcommands.Add(new EndpointsListCommand());
        Subcommands.Add(new EndpointsAddCommand());
        Subcommands.Add(new EndpointsRemoveCommand());
        Subcommands.Add(new EndpointsSetCommand());
        Subcommands.Add(new EndpointsFlushCommand());
        Subcommands.Add(new EndpointsPlanCommand());
        Subcommands.Add(new EndpointsFollowCommand());
    }

    protected override Task<int> RunAsync(Call call) => Task.FromResult(List(call.Terminal));

    internal static int List(Terminal terminal)
    {
        using MptcpPathManager manager = MptcpPathManager.Open();
        IReadOnlyList<MptcpEndpoint> endpoints = manager.GetEndpoints();
        if (endpoints.Count == 0 && !terminal.IsJson)
            terminal.Line("[grey]No endpoints: connections have one path. 'mptcp endpoints plan' shows which addresses could be endpoints.[/]");
        else
            Show(terminal, [.. endpoints]);

        return ExitCode.Done;
    }

    internal static void Show(Terminal terminal, params MptcpEndpoint[] endpoints)
    {
        if (terminal.IsJson)
        {
            foreach (MptcpEndpoint endpoint in endpoints)
                terminal.Object(EndpointLine.Of(endpoint), ToolJson.Default.EndpointLine);
        }
        else
        {
            terminal.Lines(EndpointList.Lines(endpoints, terminal.Width));
        }
    }
}
