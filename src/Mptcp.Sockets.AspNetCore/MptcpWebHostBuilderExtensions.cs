using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Mptcp.Sockets;
using Mptcp.Sockets.AspNetCore;
using Mptcp.Sockets.AspNetCore.Transport;

namespace Microsoft.AspNetCore.Hosting;

/// <summary>Multipath TCP for Kestrel.</summary>
public static class MptcpWebHostBuilderExtensions
{
    /// <summary>
    /// Has Kestrel listen over Multipath TCP, for Multipath TCP and plain TCP clients alike, on every endpoint with an IP address that does not ask for another
    /// <see cref="MptcpMode"/>: in code with <see cref="MptcpListenOptionsExtensions.UseMptcp(ListenOptions, MptcpMode)"/>, or in configuration,
    /// <c>Kestrel:Endpoints:NAME:Mptcp</c>, which has the last word, or <c>Kestrel:EndpointDefaults:Mptcp</c> for those that do not ask: <c>Preferred</c> or <c>true</c>, <c>Required</c>, <c>Disabled</c> or <c>false</c>.
    /// Unix sockets, pipes, inherited handles and QUIC stay as they are. Where this system has no Multipath TCP, Kestrel listens on TCP and logs why.
    /// </summary>
    /// <remarks>
    /// May be called before or after <c>UseKestrel</c> and <c>UseSockets</c>, whose other options hold, and more than once. The host does not start, with
    /// <see cref="InvalidOperationException"/>, where <see cref="SocketTransportOptions.CreateBoundListenSocket"/> was set, too, or where a value in configuration is unknown;
    /// with <see cref="MptcpNotSupportedException"/> or an exception around it, where Multipath TCP is required and this system has none.
    /// </remarks>
    /// <param name="builder">The web host.</param>
    /// <param name="configure">How to listen; null for the defaults.</param>
    /// <returns><paramref name="builder"/>.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> is null.</exception>
    public static IWebHostBuilder UseMptcp(this IWebHostBuilder builder, Action<MptcpTransportOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.ConfigureServices(services =>
        {
            services.AddOptions<MptcpTransportOptions>();
            if (configure is not null)
                services.Configure(configure);

            // Kestrel asks the one registered last first, and adds its own only where there is none yet: here, or it would be missing for all other endpoints.
            services.TryAddEnumerable(ServiceDescriptor.Singleton<IConnectionListenerFactory, SocketTransportFactory>());
            services.TryAddEnumerable(ServiceDescriptor.Singleton<IConnectionListenerFactory, MptcpTransportFactory>());
            services.TryAddSingleton<EndpointModes>();
            services.TryAddEnumerable(ServiceDescriptor.Singleton<IPostConfigureOptions<KestrelServerOptions>, ConfigurationCheck>());
        });
    }
}
