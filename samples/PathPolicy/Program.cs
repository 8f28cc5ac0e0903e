// Decides about the paths of this host's MPTCP connections instead of the kernel: one path over each interface, with slow and metered ones as backups.
// The settings are in appsettings.json. First run 'sysctl -w net.mptcp.pm_type=1' in the network namespace.
using Mptcp.Netlink;
using PathPolicy;

try
{
    HostApplicationBuilder builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { Args = args, ContentRootPath = AppContext.BaseDirectory });
    builder.Services.Configure<MptcpInterfacesPolicyOptions>(builder.Configuration.GetSection("Mptcp"), binder => binder.ErrorOnUnknownConfiguration = true);
    builder.Services.AddMptcpPathPolicy<TalkativePolicy>();
    using IHost host = builder.Build();
    BackgroundService service = host.Services.GetServices<IHostedService>().OfType<BackgroundService>().Single();
    await host.RunAsync();
    return service.ExecuteTask is { IsFaulted: true } ? 1 : 0; // the host has logged the error, and systemd starts the program again
}
catch (Exception e)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}
