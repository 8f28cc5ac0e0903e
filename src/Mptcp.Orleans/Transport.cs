using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Mptcp.Sockets;
using Orleans.Networking.Shared;

namespace Mptcp.Orleans;

/// <summary>
/// Puts the factories of this package in the place of Orleans's own. Orleans keeps those under keys that are not public, so they are found
/// by their types.
/// </summary>
static class Transport
{
    internal static void Replace(IServiceCollection services, MptcpConnectOptions? options, bool hasListeners)
    {
        var connector = new MptcpConnector(options); // a copy, and a check of the options
        MptcpMode mode = options?.Mode ?? MptcpMode.Preferred;
        Replace<IConnectionFactory>(services, provider => new ConnectionFactory(connector, Options(provider)));
        if (hasListeners)
            Replace<IConnectionListenerFactory>(services, provider => new ListenerFactory(mode, Options(provider), provider.GetRequiredService<ILogger<Listener>>()));
    }

    static void Replace<T>(IServiceCollection services, Func<IServiceProvider, T> create)
        where T : class
    {
        ServiceDescriptor[] present = [.. services.Where(service => service.IsKeyedService && service.ServiceType == typeof(T))];
        if (present.Length == 0)
        {
            throw new NotSupportedException(
                $"UseMptcp cannot replace the transport of Orleans {typeof(SocketConnectionOptions).Assembly.GetName().Version}: it has no keyed {typeof(T).Name}. "
                + "Use a version of Mptcp.Orleans for this version of Orleans.");
        }

        foreach (ServiceDescriptor service in present)
        {
            services.Remove(service);
            services.AddKeyedSingleton(service.ServiceKey, (provider, _) => create(provider));
        }
    }

    static SocketConnectionOptions Options(IServiceProvider provider) => provider.GetRequiredService<IOptions<SocketConnectionOptions>>().Value;
}
