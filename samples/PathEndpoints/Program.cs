// Keeps the kernel's Multipath TCP endpoints in step with this machine's network interfaces, as NetworkManager does where it runs. What to do is in appsettings.json.
using Mptcp.Netlink;
using Mptcp.Sockets;

HostApplicationBuilder builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { Args = args, ContentRootPath = AppContext.BaseDirectory });
builder.Services.AddMptcpEndpoints(builder.Configuration.GetSection("Mptcp").Bind);
using IHost host = builder.Build();
try
{
    await host.RunAsync();
    return 0;
}
catch (Exception e) when (e is MptcpPrivilegeException or MptcpNotSupportedException)
{
    Console.Error.WriteLine(e.Message);
    return 3;
}
