using System.CommandLine;
using System.Runtime.InteropServices;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Mptcp.Sockets.Relays;

namespace Mptcp.Tool.Commands;

/// <summary>Runs the service of <c>AddMptcpGateway</c> in a host of its own.</summary>
sealed partial class GatewayCommand : ToolCommand
{
    readonly GatewayArguments _arguments = new();
    readonly Option<int> _drain = new("--drain")
    {
        Description = "How long connections may last once the gateway is told to end. The default is 30.",
        HelpName = "SECONDS",
        DefaultValueFactory = _ => 30,
        CustomParser = ArgumentParser.Seconds,
    };
    readonly Option<bool> _verbose = new("--verbose", "-v") { Description = "Print how each connection begins and ends." };
    readonly DashboardOptions _dashboardOptions = new();
    readonly Option<Uri?> _dashboard = new("--dashboard")
    {
        Description = "Show connections live in a browser, with both sides of each relayed one, as 'mptcp dashboard' does. Write it last, or with a URL.",
        HelpName = "URL",
        Arity = ArgumentArity.ZeroOrOne,
        CustomParser = DashboardOptions.ListenUrl,
    };

    internal GatewayCommand()
        : base("gateway", "Relay TCP connections over MPTCP, for programs that cannot be changed.")
    {
        _arguments.AddTo(this);
        foreach (Option option in (Option[])[_drain, _verbose, _dashboard, _dashboardOptions.Open, _dashboardOptions.AllowChanges])
            Options.Add(option);
    }

    protected override async Task<int> RunAsync(Call call)
    {
        if (!call.Has(_dashboard) && (call.Get(_dashboardOptions.Open) || call.Get(_dashboardOptions.AllowChanges)))
            throw new ToolException(ExitCode.BadArguments, "--open and --allow-changes are for the dashboard. Add --dashboard.");

        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        _arguments.Apply(call, builder.Configuration);
        LogLevel level = call.Get(_verbose) ? LogLevel.Debug : LogLevel.Information;
        builder.Logging.AddProvider(new TerminalLog(call.Terminal, level)).SetMinimumLevel(level).AddFilter("Microsoft.", LogLevel.None);
        builder.Services.AddSystemd();
        builder.Services.AddMptcpGateway(builder.Configuration.GetSection(GatewayArguments.Section));
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(call.Get(_drain)));
        using IHost host = builder.Build();
        ILogger logger = host.Services.GetRequiredService<ILoggerFactory>().CreateLogger<GatewayCommand>();
        using PosixSignalRegistration? reload = _arguments.HasFile(call) ? PosixSignalRegistration.Create(PosixSignal.SIGHUP, signal => Reload(signal, builder.Configuration, logger)) : null;
        BackgroundService[] services = [.. host.Services.GetServices<IHostedService>().OfType<BackgroundService>()];
        await using DashboardServer? dashboard = call.Has(_dashboard) ? await StartDashboardAsync(call, host) : null;
        await host.RunAsync(call.Interruption);
        return services.Any(service => service.ExecuteTask is { IsFaulted: true }) ? ExitCode.Failed : ExitCode.Done;
    }

    /// <summary>In a host of its own, so that the pages stay while the gateway waits for its last connections.</summary>
    Task<DashboardServer> StartDashboardAsync(Call call, IHost gateway) =>
        DashboardServer.StartAsync(call, call.Get(_dashboard) ?? DashboardOptions.DefaultUrl, _dashboardOptions, gateway.Services.GetRequiredService<IRelayList>());

    /// <summary>A file that is broken must not end the gateway. What is wrong inside it, the service reports.</summary>
    static void Reload(PosixSignalContext signal, IConfigurationRoot configuration, ILogger logger)
    {
        signal.Cancel = true;
        try
        {
            configuration.Reload();
        }
        catch (Exception e) when (e is IOException or InvalidDataException)
        {
            NotReloaded(logger, GatewayArguments.MessageOf(e));
        }
    }

    [LoggerMessage(1, LogLevel.Error, "The configuration was not read again: {Problem}")]
    static partial void NotReloaded(ILogger logger, string problem);
}
