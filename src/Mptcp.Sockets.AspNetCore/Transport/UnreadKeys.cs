using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Mptcp.Sockets.AspNetCore.Transport;

/// <summary>
/// Warns at the start if Kestrel's configuration has keys for MPTCP and UseMptcp was not called. Only the other methods of this package
/// add it: if none is called, no code of the package runs.
/// </summary>
sealed class UnreadKeys(IServiceProvider services) : IHostedService
{
    internal static void WarnAtStart(IServiceCollection services) => services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, UnreadKeys>());

    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (services.GetService<EndpointModes>() is null && services.GetService<IConfiguration>() is { } configuration)
            Warn(configuration.GetSection("Kestrel"));

        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    void Warn(IConfigurationSection kestrel)
    {
        IEnumerable<ConfiguredMode> modes = kestrel.GetSection("Endpoints").GetChildren().Prepend(kestrel.GetSection("EndpointDefaults")).Select(ConfiguredMode.Of);
        string[] keys = [.. modes.Where(mode => mode.Value is not null).Select(mode => mode.Key)];
        if (keys.Length > 0)
            Log.KeysUnread(services.GetRequiredService<ILoggerFactory>().CreateLogger(Log.Category), string.Join(", ", keys));
    }
}
