// Keeps the kernel's Multipath TCP endpoints in step with this machine's network interfaces, as NetworkManager does where it runs. What to do is in appsettings.json.
using Mptcp.Netlink;
using Mptcp.Sockets;

HostApplicationBuilder builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { Args = args, ContentRootPath = AppContext.BaseDirectory });
builder.Services.AddMptcpEndpoints(builder.Configuration.GetSection("Mptcp").Bind);
using IHost host = builder.Build();
try
{
    BackgroundService[] services = [.. host.Services.GetServices<IHostedService>().OfType<BackgroundService>()];
    await host.RunAsync();
    return services.Any(service => service.ExecuteTask is { IsFaulted: true }) ? 1 : 0; // why, the host has logged
}
catch (Exception e)
{
    Console.Error.WriteLine(e.Message);
    return e is MptcpPrivilegeException or MptcpNotSupportedException ? 3 : 1;
}
