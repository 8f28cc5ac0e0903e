using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Mptcp.Tool.Commands;

/// <summary>Runs the service of <c>AddMptcpEndpoints</c> in a .NET host.</summary>
sealed class EndpointsFollowCommand : ToolCommand
{
    readonly EndpointsOptions _options = new();

    internal EndpointsFollowCommand()
        : base("follow", "Keep the endpoints up to date with interfaces and routes, until Ctrl+C. Needs CAP_NET_ADMIN.") => _options.AddTo(this);

    protected override async Task<int> RunAsync(Call call)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings());
        builder.Logging.AddProvider(new TerminalLog(call.Terminal)).AddFilter("Microsoft.", LogLevel.None);
        builder.Services.AddMptcpEndpoints(options => _options.Apply(call, options));
        using IHost host = builder.Build();
        BackgroundService[] services = [.. host.Services.GetServices<IHostedService>().OfType<BackgroundService>()];
        await host.RunAsync(call.Interruption);
        return services.Any(service => service.ExecuteTask is { IsFaulted: true }) ? ExitCode.Failed : ExitCode.Interrupted; // the host has logged the error
    }
}
