// Decides on the paths of this host's MPTCP connections in place of the kernel: one path over each interface, with slow and metered ones as backups.
// The settings are in appsettings.json. First run 'sysctl -w net.mptcp.pm_type=1' in the network namespace.
using Mptcp.Netlink;
using Mptcp.Sockets;
using PathPolicy;

if (Array.Find(args, argument => !argument.StartsWith("--", StringComparison.Ordinal) || !argument.Contains('=')) is { } unknown)
{
    Console.Error.WriteLine($"'{unknown}' is not a setting. The settings are in {Path.Combine(AppContext.BaseDirectory, "appsettings.json")}. An argument such as --Mptcp:Interval=00:00:05 overrides one.");
    return 2;
}

try
{
    HostApplicationBuilder builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { Args = args, ContentRootPath = AppContext.BaseDirectory });
    IConfigurationSection settings = builder.Configuration.GetSection("Mptcp");
    builder.Services.Configure<MptcpInterfacesPolicyOptions>(options => settings.Bind(options, binder => binder.ErrorOnUnknownConfiguration = true)); // otherwise a misspelt setting would be ignored
    builder.Services.AddMptcpPathPolicy<TalkativePolicy>();
    using IHost host = builder.Build();
    BackgroundService[] services = [.. host.Services.GetServices<IHostedService>().OfType<BackgroundService>()];
    await host.RunAsync();
    return services.Any(service => service.ExecuteTask is { IsFaulted: true }) ? 1 : 0; // the host has logged the error
}
catch (Exception e)
{
    Console.Error.WriteLine(e.Message);
    return e is MptcpPrivilegeException or MptcpNotSupportedException ? 3 : 1;
}
