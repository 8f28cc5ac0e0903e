using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Mptcp.Gateway;
using Mptcp.Gateway.Configuration;
using Mptcp.Gateway.Telemetry;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds a gateway between TCP and MPTCP to a .NET host.</summary>
public static class MptcpGatewayServiceCollectionExtensions
{
    /// <summary>Adds the gateway, with options from a section of the configuration. The gateway follows changes of the configuration.</summary>
    /// <remarks>
    /// <para>
    /// A change loses no connection: existing connections keep their settings, and a listening socket that is still needed stays open. If the new configuration is
    /// invalid, or if the gateway cannot listen on one of its addresses, the gateway logs an error and keeps the previous configuration.
    /// </para>
    /// <inheritdoc cref="AddMptcpGateway(IServiceCollection, Action{MptcpGatewayOptions})" path="/remarks/para"/>
    /// </remarks>
    /// <param name="services">The services.</param>
    /// <param name="configuration">The section. Its keys are the properties of <see cref="MptcpGatewayOptions"/>.</param>
    /// <returns><paramref name="services"/>.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <example><code>builder.Services.AddMptcpGateway(builder.Configuration.GetSection("Gateway"));</code></example>
    public static IServiceCollection AddMptcpGateway(this IServiceCollection services, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configuration);
        services.AddSingleton<IOptionsChangeTokenSource<MptcpGatewayOptions>>(new ConfigurationChangeTokenSource<MptcpGatewayOptions>(configuration));
        return services.AddMptcpGateway(options => OptionsBinding.Bind(configuration, options));
    }

    /// <summary>Adds the gateway with options from code.</summary>
    /// <remarks>
    /// <para>
    /// The host starts with every address of every route, or not at all. Invalid options cause an <see cref="OptionsValidationException"/> with every problem. An address
    /// on which the gateway cannot listen causes an <see cref="IOException"/>. Both name the setting.
    /// </para>
    /// <para>
    /// To stop, the host closes the listening sockets and waits for the connections. After <c>HostOptions.ShutdownTimeout</c>, it resets the remaining ones.
    /// </para>
    /// </remarks>
    /// <param name="services">The services.</param>
    /// <param name="configure">Sets the options.</param>
    /// <returns><paramref name="services"/>.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    public static IServiceCollection AddMptcpGateway(this IServiceCollection services, Action<MptcpGatewayOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configure);
        services.Configure(configure); // without ValidateOnStart, which would throw in the code that changes the configuration; the service validates
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<MptcpGatewayOptions>, OptionsValidator>());
        services.TryAddSingleton<GatewayMetrics>();
        services.AddHostedService<GatewayService>();
        return services;
    }
}
