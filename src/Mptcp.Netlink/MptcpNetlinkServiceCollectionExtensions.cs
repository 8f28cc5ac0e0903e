using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using Mptcp.Netlink;
using Mptcp.Netlink.Endpoints;
using Mptcp.Netlink.Policies;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Adds services that manage MPTCP of the whole machine to a .NET host.</summary>
public static class MptcpNetlinkServiceCollectionExtensions
{
    /// <summary>
    /// Adds a service that keeps the kernel's endpoints up to date with the network interfaces and routes of the machine. Use it on
    /// machines where no other program, such as NetworkManager, does that: containers, gateways, vehicles.
    /// </summary>
    /// <remarks>
    /// <para>The host does not start without <c>CAP_NET_ADMIN</c> (<see cref="MptcpPrivilegeException"/>), on a system without MPTCP or if
    /// the kernel ignores one of the flags (<see cref="Mptcp.Sockets.MptcpNotSupportedException"/>), and if options are invalid or another
    /// program uses a routing table (<see cref="OptionsValidationException"/>).</para>
    /// <para>Each address with a default route becomes an endpoint: see <see cref="MptcpEndpointPlan"/>. The ids
    /// <see cref="MptcpEndpointPlan.FirstOwnId"/> to <see cref="MptcpEndpointPlan.LastOwnId"/> belong to the service. It does not touch
    /// other endpoints. The service reads the host after each change and every 30 s. If the kernel refuses a step, the service logs it, and
    /// retries after 1 s, then 2 s, and so on up to 30 s.</para>
    /// </remarks>
    /// <example><code>services.AddMptcpEndpoints(options => options.Interfaces.Metered.Add("wwan*"));</code></example>
    /// <param name="services">The services.</param>
    /// <param name="configure">Sets the options, or <see langword="null"/> for the defaults: a subflow over each interface.</param>
    public static IServiceCollection AddMptcpEndpoints(this IServiceCollection services, Action<MptcpEndpointsOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddOptions<MptcpEndpointsOptions>();
        if (configure is not null)
            services.Configure(configure);

        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<MptcpEndpointsOptions>>(
            new OptionsValidator<MptcpEndpointsOptions>(EndpointsOptionsRules.FindProblems)));
        services.AddHostedService<EndpointsService>();
        return services;
    }

    /// <summary>Adds the service, with options from the configuration. They are checked when the host starts.</summary>
    /// <remarks>
    /// The <see cref="OptionsValidationException"/> names each unknown key, each single value instead of a list, and each value that is out
    /// of range. A value that cannot be converted causes an <see cref="InvalidOperationException"/>.
    /// </remarks>
    /// <example><code>services.AddMptcpEndpoints(configuration.GetSection("MptcpEndpoints"));</code></example>
    /// <param name="services">The services.</param>
    /// <param name="configuration">The section. Its keys are the properties of <see cref="MptcpEndpointsOptions"/>.</param>
    /// <inheritdoc cref="AddMptcpEndpoints(IServiceCollection, Action{MptcpEndpointsOptions})" path="/exception"/>
    public static IServiceCollection AddMptcpEndpoints(this IServiceCollection services, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configuration);
        return services.AddMptcpEndpoints(options => configuration.Bind(options))
            .AddSingleton<IValidateOptions<MptcpEndpointsOptions>>(
                new OptionsValidator<MptcpEndpointsOptions>(_ => EndpointsConfiguration.FindProblems(configuration)));
    }

    /// <summary>
    /// Adds a health check for <c>AddMptcpEndpoints</c>. It compares the endpoints of the kernel with those that it should have.
    /// </summary>
    /// <remarks>
    /// The check is healthy if nothing remains to be done. Otherwise, its description says what is missing and why, such as no room in the
    /// kernel. Its data contain the numbers <c>expected</c>, <c>actual</c>, <c>others</c> and <c>room</c>. For a moment after a change of
    /// the host, the service may lag behind.
    /// </remarks>
    /// <example><code>services.AddHealthChecks().AddMptcpEndpoints();</code></example>
    /// <param name="builder">The health checks to add to.</param>
    /// <param name="name">The name of the check.</param>
    /// <param name="failureStatus">
    /// The status to report if something is missing, or <see langword="null"/> for <see cref="HealthStatus.Degraded"/>.
    /// </param>
    /// <param name="tags">Tags for filtering checks, or <see langword="null"/> for none.</param>
    /// <param name="timeout">The longest time that the check may take, or <see langword="null"/> for no limit.</param>
    /// <returns><paramref name="builder"/>.</returns>
    public static IHealthChecksBuilder AddMptcpEndpoints(
        this IHealthChecksBuilder builder, string name = "mptcp-endpoints", HealthStatus? failureStatus = null,
        IEnumerable<string>? tags = null, TimeSpan? timeout = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(name);
        return builder.Add(new HealthCheckRegistration(
            name, services => new EndpointsHealthCheck(services), failureStatus ?? HealthStatus.Degraded, tags, timeout));
    }

    /// <summary>
    /// Adds a service that lets a policy decide about the paths of connections: your own, or <see cref="MptcpInterfacesPolicy"/>, whose
    /// options are <see cref="MptcpInterfacesPolicyOptions"/>.
    /// </summary>
    /// <remarks>
    /// The service needs Linux 5.19, <c>CAP_NET_ADMIN</c>, <c>CONFIG_INET_MPTCP_DIAG</c> and the setting <c>net.mptcp.pm_type=1</c>, which
    /// applies to sockets created afterwards. Otherwise the host does not start, with an <see cref="MptcpPrivilegeException"/>, an
    /// <see cref="Mptcp.Sockets.MptcpNotSupportedException"/> or an <see cref="InvalidOperationException"/>. Invalid options cause an
    /// <see cref="OptionsValidationException"/>. With this setting, the kernel ignores its endpoints and limits.
    /// </remarks>
    /// <example><code>services.AddMptcpPathPolicy&lt;MptcpInterfacesPolicy>();</code></example>
    /// <typeparam name="TPolicy">The policy. The services provide the arguments of its constructor.</typeparam>
    /// <param name="services">The services.</param>
    /// <exception cref="InvalidOperationException">Another policy was added already. Only one can decide about the paths.</exception>
    public static IServiceCollection AddMptcpPathPolicy<
        [DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TPolicy>(
        this IServiceCollection services)
        where TPolicy : MptcpPathPolicy
    {
        ArgumentNullException.ThrowIfNull(services);
        if (services.FirstOrDefault(service => service.ServiceType == typeof(MptcpPathPolicy)) is { } other)
        {
            throw new InvalidOperationException(
                $"Cannot add the path policy {typeof(TPolicy)}: {other.ImplementationType} was added already, "
                + "and only one can decide about the paths. Remove one of them.");
        }

        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<MptcpInterfacesPolicyOptions>>(
            new OptionsValidator<MptcpInterfacesPolicyOptions>(options => options.FindProblems())));
        services.AddSingleton<MptcpPathPolicy, TPolicy>();
        services.AddHostedService<PathPolicyService>();
        return services;
    }
}
