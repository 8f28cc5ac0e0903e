using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Mptcp.Lab;

namespace Mptcp.Netlink.Tests.Support;

/// <summary>A .NET host with services under test, which starts on a host of the lab.</summary>
sealed class RunningHost : IAsyncDisposable
{
    readonly IHost _host;

    RunningHost(IHost host, CollectedLogs logs) => (_host, Logs) = (host, logs);

    internal CollectedLogs Logs { get; }

    internal T Get<T>()
        where T : notnull => _host.Services.GetRequiredService<T>();

    /// <summary>Starts the host. An error of the start is thrown.</summary>
    internal static async Task<RunningHost> StartAsync(LabHost where, Action<IServiceCollection> addServices, CollectedLogs? logs = null)
    {
        logs ??= new CollectedLogs();
        HostApplicationBuilder builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddSingleton<ILoggerFactory>(logs);
        addServices(builder.Services);
        IHost host = builder.Build();
        try
        {
            await where.Run(() => host.StartAsync());
            return new RunningHost(host, logs);
        }
        catch
        {
            host.Dispose();
            throw;
        }
    }

    internal Task StopAsync() => _host.StopAsync().WaitAsync(Limit.OfAWait);

    internal bool HasLogged(string name, string what) => Logs.Entries.Any(entry => entry.Name == name && entry.Text.Contains(what, StringComparison.Ordinal));

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _host.Dispose();
    }
}
