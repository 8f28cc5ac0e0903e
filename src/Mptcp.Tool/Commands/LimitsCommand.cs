using System.CommandLine;
using Mptcp.Netlink;
using Mptcp.Tool.Json;

namespace Mptcp.Tool.Commands;

/// <summary>Corresponds to <c>ip mptcp limits</c>.</summary>
sealed class LimitsCommand : ToolCommand
{
    readonly Option<int?> _subflows = new("--subflows") { Description = "Set how many paths a connection may have in addition to the first.", HelpName = "NUMBER", CustomParser = ArgumentParser.Limit };
    readonly Option<int?> _accept = new("--accept") { Description = "Set to how many announced addresses a connection may open paths.", HelpName = "NUMBER", CustomParser = ArgumentParser.Limit };

    internal LimitsCommand()
        : base("limits", "Show or set the limits of the kernel's path manager. Setting them needs CAP_NET_ADMIN.")
    {
        Options.Add(_subflows);
        Options.Add(_accept);
    }

    protected override Task<int> RunAsync(Call call)
    {
        using MptcpPathManager manager = MptcpPathManager.Open();
        MptcpLimits limits = manager.GetLimits();
        if (call.Has(_subflows) || call.Has(_accept))
        {
            limits = new MptcpLimits(call.Get(_subflows) ?? limits.ExtraSubflows, call.Get(_accept) ?? limits.AcceptedAddresses);
            ArgumentParser.CheckLimit(Math.Max(limits.ExtraSubflows, limits.AcceptedAddresses), manager.GetMaximum());
            manager.SetLimits(limits);
        }

        Show(call.Terminal, manager.GetLimits(), manager.GetMaximum());
        return Task.FromResult(ExitCode.Done);
    }

    static void Show(Terminal terminal, MptcpLimits limits, int maximum)
    {
        if (terminal.IsJson)
        {
            terminal.Object(new LimitsLine(limits.ExtraSubflows, limits.AcceptedAddresses, maximum), ToolJson.Default.LimitsLine);
            return;
        }

        terminal.Line($"subflows  {limits.ExtraSubflows}  [grey]of {maximum}: paths in addition to the first[/]");
        terminal.Line($"accept    {limits.AcceptedAddresses}  [grey]of {maximum}: addresses of the peer[/]");
    }
}
