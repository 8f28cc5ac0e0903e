using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Mptcp.Sockets;
using Mptcp.Sockets.AspNetCore.Connections;
using Mptcp.Sockets.AspNetCore.Transport;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds a connection factory that connects with MPTCP.</summary>
public static class MptcpConnectionFactoryServiceCollectionExtensions
{
    /// <summary>
    /// Adds an <see cref="IConnectionFactory"/> that connects with MPTCP to an <see cref="System.Net.IPEndPoint"/> or a
    /// <see cref="System.Net.DnsEndPoint"/>.
    /// </summary>
    /// <remarks>
    /// On a system without MPTCP, it connects with TCP. If several factories are registered, the container hands out the last one.
    /// The connections are those of Kestrel's transport, so <see cref="Mptcp.Sockets.AspNetCore.MptcpConnectionContextExtensions"/>
    /// applies to them.
    /// </remarks>
    /// <example><code>services.AddMptcpConnectionFactory();</code></example>
    /// <param name="services">The services to add to.</param>
    /// <param name="options">
    /// The options of connecting, or <see langword="null"/> for the <see cref="MptcpConnectOptions"/> of the container, with
    /// <c>TCP_NODELAY</c> as in Kestrel, and with the container's logger factory if they have none. They are read once.
    /// </param>
    /// <returns><paramref name="services"/>.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="services"/> is null.</exception>
    public static IServiceCollection AddMptcpConnectionFactory(this IServiceCollection services, MptcpConnectOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddOptions();
        services.AddLogging();
        UnreadKeys.WarnAtStart(services);
        return services.AddSingleton<IConnectionFactory>(provider =>
        {
            var loggerFactory = provider.GetRequiredService<ILoggerFactory>();
            return new MptcpConnectionFactory(options ?? CreateOptions(provider, loggerFactory), loggerFactory);
        });
    }

    static MptcpConnectOptions CreateOptions(IServiceProvider provider, ILoggerFactory loggerFactory)
    {
        MptcpConnectOptions options = provider.GetRequiredService<IOptionsFactory<MptcpConnectOptions>>().Create(Options.Options.DefaultName); // nobody else's
        options.NoDelay = true;
        options.LoggerFactory ??= loggerFactory;
        return options;
    }
}
