using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Http;
using Microsoft.Extensions.Options;
using Mptcp.Sockets;
using Mptcp.Sockets.AspNetCore.HttpClients;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Multipath TCP for the clients of IHttpClientFactory.</summary>
public static class MptcpHttpClientBuilderExtensions
{
    /// <summary>
    /// Has a client, or with <c>ConfigureHttpClientDefaults</c> all of them, connect over Multipath TCP, as <see cref="MptcpHttp.UseMptcp"/> does for one handler. A client's
    /// own call overrides that of the defaults. HTTP/3 runs on QUIC and stays as it is.
    /// </summary>
    /// <remarks>
    /// Making such a client throws <see cref="InvalidOperationException"/> where its primary handler is no <see cref="SocketsHttpHandler"/>, or has a
    /// <see cref="SocketsHttpHandler.ConnectCallback"/> of its own.
    /// </remarks>
    /// <param name="builder">The client.</param>
    /// <param name="options">
    /// How to connect; null for the container's <see cref="MptcpConnectOptions"/>: those that were configured under the client's name, on top of those that
    /// were configured without a name, made anew for each handler. Those that have no <see cref="MptcpConnectOptions.LoggerFactory"/> log where the container logs.
    /// </param>
    /// <returns><paramref name="builder"/>.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="builder"/> is null.</exception>
    public static IHttpClientBuilder UseMptcp(this IHttpClientBuilder builder, MptcpConnectOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        if (options is null)
            UseContainersOptions(builder.Services);

        // Made anew for each handler: the options monitor would keep a named one when the nameless, from which it starts, have changed.
        return Add(builder, (services, name) => options ?? services.GetRequiredService<IOptionsFactory<MptcpConnectOptions>>().Create(name ?? Options.Options.DefaultName));
    }

    /// <summary>
    /// As <see cref="UseMptcp(IHttpClientBuilder, MptcpConnectOptions?)"/>, with options from configuration: <c>Mode</c>, <c>RequireMptcpPeer</c>,
    /// <c>ConnectionAttemptDelay</c>, <c>TcpFallbackDelay</c>, <c>LocalEndPoint</c> (<c>ADDRESS:PORT</c>, or <c>ADDRESS</c>). Read when a handler is made: a change is taken up within the life of handlers,
    /// two minutes by default.
    /// </summary>
    /// <param name="builder">The client.</param>
    /// <param name="configuration">The section.</param>
    /// <returns><paramref name="builder"/>.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    public static IHttpClientBuilder UseMptcp(this IHttpClientBuilder builder, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(configuration);
        return Add(builder, (_, _) => ConfiguredConnect.Read(configuration));
    }

    /// <summary>
    /// After everything else, such as a primary handler of the client's own that is set later. Not by ConfigurePrimaryHttpMessageHandler, which does not tell the name
    /// of the client where it stands for all of them.
    /// </summary>
    static IHttpClientBuilder Add(IHttpClientBuilder builder, Func<IServiceProvider, string?, MptcpConnectOptions> getOptions)
    {
        bool isDefault = builder.Name is null;
        builder.Services.PostConfigure<HttpClientFactoryOptions>(
            builder.Name, factory => factory.HttpMessageHandlerBuilderActions.Add(handler => PrimaryHandler.UseMptcp(handler, isDefault, getOptions)));
        return builder;
    }

    static void UseContainersOptions(IServiceCollection services)
    {
        services.AddOptions();
        if (!services.Any(service => service.ImplementationType == typeof(NamelessDefaults)))
            services.Insert(0, ServiceDescriptor.Singleton<IConfigureOptions<MptcpConnectOptions>, NamelessDefaults>()); // before what has a name
    }
}
