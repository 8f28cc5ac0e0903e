namespace Contestant;

/// <summary>Runs a service of Mptcp.Netlink beside a client, until it is killed.</summary>
static class HostServices
{
    internal static async Task RunAsync(Action<IServiceCollection> addServices)
    {
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddLogging();
        addServices(builder.Services);
        using IHost host = builder.Build();
        await host.StartAsync();
        Stint.Begin();
        await StandardInput.EndAsync();
    }
}
