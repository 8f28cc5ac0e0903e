using System.CommandLine;

namespace Mptcp.Tool.Commands;

/// <summary>The command <c>mptcp</c>.</summary>
sealed class MptcpCommand : RootCommand
{
    internal MptcpCommand()
        : base("Multipath TCP on this host: which connections use it, over which paths, and why not.")
    {
        Options.Add(CommonOptions.Json);
        Options.Add(CommonOptions.NetworkNamespace);
        Options.Add(CommonOptions.NoColor);
        SetAction((arguments, interruption) => CommandRunner.RunAsync(call => Task.FromResult(StatusCommand.Show(call)), arguments, interruption));
        Subcommands.Add(new StatusCommand());
        Subcommands.Add(new DoctorCommand());
        Subcommands.Add(new CheckCommand());
        Subcommands.Add(new GetCommand());
        Subcommands.Add(new ConnectionsCommand());
        Subcommands.Add(new ShowCommand());
        Subcommands.Add(new TopCommand());
        Subcommands.Add(new DashboardCommand());
        Subcommands.Add(new MonitorCommand());
        Subcommands.Add(new EndpointsCommand());
        Subcommands.Add(new RoutesCommand());
        Subcommands.Add(new LimitsCommand());
        Subcommands.Add(new SettingsCommand());
        Subcommands.Add(new CountersCommand());
        Subcommands.Add(new ReportCommand());
        Subcommands.Add(new GatewayCommand());
        Subcommands.Add(new RunCommand());
        Subcommands.Add(new CompletionCommand());
    }
}
