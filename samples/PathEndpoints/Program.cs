// Keeps the kernel's MPTCP endpoints up to date with the interfaces and routes of this machine, as NetworkManager does. The settings are in appsettings.json.
try
{
    HostApplicationBuilder builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { Args = args, ContentRootPath = AppContext.BaseDirectory });
    builder.Services.AddMptcpEndpoints(builder.Configuration.GetSection("Mptcp"));
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
