using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Mptcp.Gateway;
using Mptcp.Gateway.Configuration;
using Mptcp.Gateway.Relaying;
using Mptcp.Gateway.Telemetry;
using Mptcp.Sockets.Relays;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>A gateway between TCP and MPTCP as a service of a .NET host.</summary>
public static class MptcpGatewayServiceCollectionExtensions
{
    /// <summary>
    /// Adds the gateway with options from a section of the configuration. If the configuration changes, the gateway takes over the changes.
    /// </summary>
    /// <remarks>
    /// <para>
    /// A change loses no connection: those that exist keep the settings with which they began, and a listening socket that is still wanted
    /// stays open. If the new configuration is invalid or listening on one of its addresses fails, the gateway logs an error and keeps the
    /// previous one.
    /// </para>
    /// <inheritdoc cref="AddMptcpGateway(IServiceCollection, Action{MptcpGatewayOptions})" path="/remarks/para"/>
    /// </remarks>
    /// <param name="services">The services.</param>
    /// <param name="configuration">The section, whose keys are the properties of <see cref="MptcpGatewayOptions"/>.</param>
    /// <returns><paramref name="services"/>.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <example><code>builder.Services.AddMptcpGateway(builder.Configuration.GetSection("Gateway"));</code></example>
    public static IServiceCollection AddMptcpGateway(this IServiceCollection services, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configuration);
        var changes = new ConfigurationChangeTokenSource<MptcpGatewayOptions>(configuration);
        services.AddSingleton<IOptionsChangeTokenSource<MptcpGatewayOptions>>(changes);
        return services.AddMptcpGateway(options => OptionsBinding.Bind(configuration, options));
    }

    /// <summary>Adds the gateway with options from code.</summary>
    /// <remarks>
    /// <para>
    /// The host starts with every address of every route, or not at all: invalid options are an <see cref="OptionsValidationException"/>
    /// with every problem, and an address that cannot be listened on is an <see cref="IOException"/>. Both name the setting.
    /// </para>
    /// <para>
    /// The host stops by closing the listening sockets and waiting for the connections. It resets the connections that remain after
    /// <c>HostOptions.ShutdownTimeout</c>.
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
        services.Configure(configure); // without ValidateOnStart, which would also throw at a change of the configuration
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<MptcpGatewayOptions>, OptionsValidator>());
        services.TryAddSingleton<GatewayMetrics>();
        services.TryAddSingleton<RunningListeners>();
        services.TryAddSingleton<IRelayList>(provider => provider.GetRequiredService<RunningListeners>());
        services.AddHostedService<GatewayService>();
        return services;
    }
}
