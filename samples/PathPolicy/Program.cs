// Decides on the paths of this host's Multipath TCP connections in place of the kernel: one over each interface, slow and metered ones as backups. How slow is in
// appsettings.json. The network namespace must be set to it first: 'sysctl -w net.mptcp.pm_type=1'.
using Mptcp.Netlink;
using Mptcp.Sockets;
using PathPolicy;

if (Array.Find(args, argument => !argument.StartsWith("--", StringComparison.Ordinal) || !argument.Contains('=')) is { } unknown)
{
    Console.Error.WriteLine($"'{unknown}' is no setting. All are in {Path.Combine(AppContext.BaseDirectory, "appsettings.json")}, and can be given here, too: --Mptcp:Interval=00:00:05, say.");
    return 2;
}

try
{
    HostApplicationBuilder builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { Args = args, ContentRootPath = AppContext.BaseDirectory });
    IConfigurationSection settings = builder.Configuration.GetSection("Mptcp");
    builder.Services.Configure<MptcpInterfacesPolicyOptions>(options => settings.Bind(options, binder => binder.ErrorOnUnknownConfiguration = true)); // a misspelt setting would say nothing
    builder.Services.AddMptcpPathPolicy<TalkativePolicy>();
    using IHost host = builder.Build();
    BackgroundService[] services = [.. host.Services.GetServices<IHostedService>().OfType<BackgroundService>()];
    await host.RunAsync();
    return services.Any(service => service.ExecuteTask is { IsFaulted: true }) ? 1 : 0; // why, the host has logged
}
catch (Exception e)
{
    Console.Error.WriteLine(e.Message);
    return e is MptcpPrivilegeException or MptcpNotSupportedException ? 3 : 1;
}
