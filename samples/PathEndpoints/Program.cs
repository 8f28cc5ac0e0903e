// Keeps the kernel's MPTCP endpoints in step with this machine's interfaces and routes, as NetworkManager does where it runs. The settings are in appsettings.json.
using Mptcp.Netlink;
using Mptcp.Sockets;

if (Array.Find(args, argument => !argument.StartsWith("--", StringComparison.Ordinal) || !argument.Contains('=')) is { } unknown)
{
    Console.Error.WriteLine($"'{unknown}' is no setting. All are in {Path.Combine(AppContext.BaseDirectory, "appsettings.json")}, and can be given here, too: --Mptcp:Flags=Signal, say.");
    return 2;
}

try
{
    HostApplicationBuilder builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { Args = args, ContentRootPath = AppContext.BaseDirectory });
    IConfigurationSection settings = builder.Configuration.GetSection("Mptcp");
    builder.Services.AddMptcpEndpoints(options => settings.Bind(options, binder => binder.ErrorOnUnknownConfiguration = true)); // a misspelt setting would say nothing
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
