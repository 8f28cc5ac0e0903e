using System.CommandLine;

namespace Mptcp.Tool.Commands;

/// <summary>Serves the pages of Mptcp.Dashboard.</summary>
sealed class DashboardCommand : ToolCommand
{
    readonly DashboardOptions _options = new();
    readonly Option<Uri> _url = new("--url")
    {
        Description = "Where to listen. The default is http://127.0.0.1:0, with a port that is free. Everybody who has the link can read, even over the network.",
        HelpName = "URL",
        DefaultValueFactory = _ => DashboardOptions.DefaultUrl,
        CustomParser = DashboardOptions.ListenUrl,
    };

    internal DashboardCommand()
        : base("dashboard", "Show connections, paths and events live in a browser.")
    {
        foreach (Option option in (Option[])[_url, _options.Open, _options.AllowChanges])
            Options.Add(option);
    }

    protected override async Task<int> RunAsync(Call call)
    {
        await using DashboardServer dashboard = await DashboardServer.StartAsync(call, call.Get(_url)!, _options);
        await dashboard.WaitForShutdownAsync(call.Interruption);
        return ExitCode.Done;
    }
}
