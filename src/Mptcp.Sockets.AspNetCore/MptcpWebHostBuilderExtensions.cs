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

/// <summary>Makes Kestrel listen with MPTCP.</summary>
public static class MptcpWebHostBuilderExtensions
{
    /// <summary>
    /// Makes Kestrel listen with MPTCP on every endpoint with an IP address. The endpoints accept MPTCP and TCP clients alike.
    /// </summary>
    /// <remarks>
    /// <para>
    /// On a system without MPTCP, Kestrel listens with TCP and logs why. Unix sockets, pipes, inherited handles and QUIC are not affected.
    /// </para>
    /// <para>
    /// The mode of an endpoint is the first of these that is set: the key <c>Kestrel:Endpoints:NAME:Mptcp</c> of the configuration, the
    /// endpoint's <see cref="MptcpListenOptionsExtensions.UseMptcp(ListenOptions, MptcpMode)"/>, the key
    /// <c>Kestrel:EndpointDefaults:Mptcp</c>, and <see cref="MptcpTransportOptions.Mode"/>. A key has the value <c>Preferred</c> (or
    /// <c>true</c> or <c>1</c>), <c>Required</c>, or <c>Disabled</c> (or <c>false</c> or <c>0</c>).
    /// </para>
    /// <para>
    /// The method may be called several times, before or after <c>UseKestrel</c> and <c>UseSockets</c>. The host does not start if
    /// <see cref="SocketTransportOptions.CreateBoundListenSocket"/> is set as well, or if a key has an unknown value
    /// (<see cref="InvalidOperationException"/>), or if MPTCP is required and the system does not have it
    /// (<see cref="MptcpNotSupportedException"/>, possibly as an inner exception).
    /// </para>
    /// </remarks>
    /// <example><code>builder.WebHost.UseMptcp();</code></example>
    /// <param name="builder">The web host to configure.</param>
    /// <param name="configure">Sets the options, or <see langword="null"/> for the defaults.</param>
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

            // Kestrel asks the last factory first, and adds its own only if there is none. So its own is added here, for the endpoints
            // that this package leaves alone.
            services.TryAddEnumerable(ServiceDescriptor.Singleton<IConnectionListenerFactory, SocketTransportFactory>());
            services.TryAddEnumerable(ServiceDescriptor.Singleton<IConnectionListenerFactory, MptcpTransportFactory>());
            services.TryAddSingleton<EndpointModes>();
            services.TryAddEnumerable(ServiceDescriptor.Singleton<IPostConfigureOptions<KestrelServerOptions>, ConfigurationCheck>());
        });
    }

    /// <summary>
    /// Makes Kestrel listen with MPTCP in the given mode, on every endpoint that has an IP address and no mode of its own.
    /// </summary>
    /// <remarks>See <see cref="UseMptcp(IWebHostBuilder, Action{MptcpTransportOptions}?)"/>.</remarks>
    /// <example><code>builder.WebHost.UseMptcp(MptcpMode.Required);</code></example>
    /// <param name="builder">The web host to configure.</param>
    /// <param name="mode">The mode. It decides what happens on a system without MPTCP.</param>
    /// <returns><paramref name="builder"/>.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="mode"/> is not a value of <see cref="MptcpMode"/>.</exception>
    public static IWebHostBuilder UseMptcp(this IWebHostBuilder builder, MptcpMode mode)
    {
        MptcpTransportOptions.Validate(mode);
        return builder.UseMptcp(options => options.Mode = mode);
    }
}
