// Keeps the kernel's MPTCP endpoints in step with this machine's interfaces and routes, as NetworkManager does where it runs. The settings are in appsettings.json.
using Mptcp.Netlink;
using Mptcp.Sockets;

if (Array.Find(args, argument => !argument.StartsWith("--", StringComparison.Ordinal) || !argument.Contains('=')) is { } unknown)
{
    Console.Error.WriteLine($"'{unknown}' is not a setting. The settings are in {Path.Combine(AppContext.BaseDirectory, "appsettings.json")}. An argument such as --Mptcp:Flags=Signal overrides one.");
    return 2;
}

try
{
    HostApplicationBuilder builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { Args = args, ContentRootPath = AppContext.BaseDirectory });
    builder.Services.AddMptcpEndpoints(builder.Configuration.GetSection("Mptcp"));
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
