// Decides on the paths of this host's Multipath TCP connections in place of the kernel: one over each interface, slow and metered ones as backups. How slow is in
// appsettings.json. The network namespace must be set to it first: 'sysctl -w net.mptcp.pm_type=1'.
using Mptcp.Netlink;
using Mptcp.Sockets;
using PathPolicy;

HostApplicationBuilder builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { Args = args, ContentRootPath = AppContext.BaseDirectory });
builder.Services.Configure<MptcpInterfacesPolicyOptions>(builder.Configuration.GetSection("Mptcp").Bind);
builder.Services.AddMptcpPathPolicy<TalkativePolicy>();
using IHost host = builder.Build();
try
{
    BackgroundService[] services = [.. host.Services.GetServices<IHostedService>().OfType<BackgroundService>()];
    await host.RunAsync();
    return services.Any(service => service.ExecuteTask is { IsFaulted: true }) ? 1 : 0; // why, the host has logged
}
catch (Exception e)
{
    // The last: the network namespace is not set to it.
    Console.Error.WriteLine(e.Message);
    return e is MptcpPrivilegeException or MptcpNotSupportedException or InvalidOperationException { InnerException: null } ? 3 : 1;
}
