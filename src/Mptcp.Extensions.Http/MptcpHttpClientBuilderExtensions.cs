using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Http;
using Microsoft.Extensions.Options;
using Mptcp.Extensions.Http;
using Mptcp.Sockets;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Makes clients of IHttpClientFactory connect with MPTCP.</summary>
public static class MptcpHttpClientBuilderExtensions
{
    /// <summary>
    /// Makes a client connect with MPTCP. In <c>ConfigureHttpClientDefaults</c>, makes all clients connect with MPTCP.
    /// </summary>
    /// <remarks>
    /// A client's own call overrides the call in the defaults. HTTP/3 uses QUIC and is not affected. On a system without MPTCP, clients
    /// connect with TCP. The primary handler must be a <see cref="SocketsHttpHandler"/> without another
    /// <see cref="SocketsHttpHandler.ConnectCallback"/>. Otherwise, creating the client throws <see cref="InvalidOperationException"/>. A
    /// call in the defaults leaves such a client as it is, and logs that.
    /// </remarks>
    /// <example><code>services.AddHttpClient("backend").UseMptcp();</code></example>
    /// <param name="builder">The client to configure.</param>
    /// <param name="options">
    /// The options of connecting, or <see langword="null"/> for the <see cref="MptcpConnectOptions"/> of the container. These are the
    /// options without a name, then the options with the client's name. Each handler gets new ones. If
    /// <see cref="MptcpConnectOptions.LoggerFactory"/> is <see langword="null"/>, the container's is used.
    /// </param>
    /// <returns><paramref name="builder"/>.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> is null.</exception>
    public static IHttpClientBuilder UseMptcp(this IHttpClientBuilder builder, MptcpConnectOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        if (options is null)
            AddContainerOptions(builder.Services);

        // Created for each handler: the options monitor would keep named options when the unnamed ones, on which they build, change.
        return Add(builder, (services, name) => options ?? services.GetRequiredService<IOptionsFactory<MptcpConnectOptions>>().Create(name ?? Options.Options.DefaultName));
    }

    /// <summary>
    /// Makes a client connect with MPTCP, with options from the configuration.
    /// </summary>
    /// <remarks>
    /// The keys are <c>Mode</c>, <c>RequireMptcpPeer</c>, <c>ConnectionAttemptDelay</c>, <c>TcpFallbackDelay</c>, <c>ConnectTimeout</c>,
    /// <c>PathInterfaces</c> (an array) and <c>LocalEndPoint</c> (<c>ADDRESS:PORT</c> or <c>ADDRESS</c>). They are read when a handler is
    /// created. So a change takes effect within the lifetime of handlers, which is two minutes by default.
    /// </remarks>
    /// <param name="builder">The client to configure.</param>
    /// <param name="configuration">The section that contains the keys.</param>
    /// <returns><paramref name="builder"/>.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> or <paramref name="configuration"/> is null.</exception>
    public static IHttpClientBuilder UseMptcp(this IHttpClientBuilder builder, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(configuration);
        return Add(builder, (_, _) => ConfiguredConnect.Read(configuration));
    }

    /// <summary>
    /// Runs after all other configuration, so that it sees a primary handler that is set later. ConfigurePrimaryHttpMessageHandler would
    /// not do: in the defaults, it does not pass the name of the client.
    /// </summary>
    static IHttpClientBuilder Add(IHttpClientBuilder builder, Func<IServiceProvider, string?, MptcpConnectOptions> getOptions)
    {
        bool isDefault = builder.Name is null;
        builder.Services.PostConfigure<HttpClientFactoryOptions>(
            builder.Name, factory => factory.HttpMessageHandlerBuilderActions.Add(handler => PrimaryHandler.UseMptcp(handler, isDefault, getOptions)));
        return builder;
    }

    static void AddContainerOptions(IServiceCollection services)
    {
        services.AddOptions();
        if (!services.Any(service => service.ImplementationType == typeof(UnnamedOptionsFirst)))
            services.Insert(0, ServiceDescriptor.Singleton<IConfigureOptions<MptcpConnectOptions>, UnnamedOptionsFirst>()); // before the named options
    }
}
