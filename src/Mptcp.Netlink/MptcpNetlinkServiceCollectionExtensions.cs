using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using Mptcp.Netlink;
using Mptcp.Netlink.Endpoints;
using Mptcp.Netlink.Policies;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>MPTCP of the whole host as a service of a .NET host.</summary>
public static class MptcpNetlinkServiceCollectionExtensions
{
    /// <summary>
    /// Keeps the kernel's endpoints in step with the machine's network interfaces and routes while the host runs. For machines where no other program, such as NetworkManager, does:
    /// containers, gateways, vehicles.
    /// </summary>
    /// <remarks>
    /// <para>Without <c>CAP_NET_ADMIN</c>, the host does not start, by a <see cref="MptcpPrivilegeException"/>. On a system without MPTCP, or if the kernel ignores one of the flags, it is a
    /// <see cref="Mptcp.Sockets.MptcpNotSupportedException"/>; wrong options, and a routing table that another program uses, are an <see cref="OptionsValidationException"/>.</para>
    /// <para>Each address with a default route becomes an endpoint: see <see cref="MptcpEndpointPlan"/>. The ids <see cref="MptcpEndpointPlan.FirstOwnId"/> to <see
    /// cref="MptcpEndpointPlan.LastOwnId"/> belong to the service, and it leaves all other endpoints alone. The host is read after each change and every 30 seconds. What the kernel refuses is logged, and tried
    /// again after 1 second, then 2, and so on up to 30.</para>
    /// </remarks>
    /// <param name="services">The services.</param>
    /// <param name="configure">Sets options; null for the defaults: a subflow over each interface.</param>
    public static IServiceCollection AddMptcpEndpoints(this IServiceCollection services, Action<MptcpEndpointsOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddOptions<MptcpEndpointsOptions>();
        if (configure is not null)
            services.Configure(configure);

        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<MptcpEndpointsOptions>>(new OptionsValidator<MptcpEndpointsOptions>(EndpointsOptionsRules.FindProblems)));
        services.AddHostedService<EndpointsService>();
        return services;
    }

    /// <summary>Keeps the kernel's endpoints, with options from a section of the configuration, which is checked when the host starts.</summary>
    /// <remarks>
    /// An <see cref="OptionsValidationException"/> at the start names each key that is not a setting, each single value in place of a list, and each value that is out of range. A value that
    /// cannot be converted is an <see cref="InvalidOperationException"/>.
    /// </remarks>
    /// <param name="services">The services.</param>
    /// <param name="configuration">The section, whose keys are the properties of <see cref="MptcpEndpointsOptions"/>.</param>
    /// <inheritdoc cref="AddMptcpEndpoints(IServiceCollection, Action{MptcpEndpointsOptions})" path="/exception"/>
    public static IServiceCollection AddMptcpEndpoints(this IServiceCollection services, IConfiguration configuration)
    {
        ArgumentNullException.ThrowIfNull(services);
        ArgumentNullException.ThrowIfNull(configuration);
        return services.AddMptcpEndpoints(options => configuration.Bind(options))
            .AddSingleton<IValidateOptions<MptcpEndpointsOptions>>(new OptionsValidator<MptcpEndpointsOptions>(_ => EndpointsConfiguration.FindProblems(configuration)));
    }

    /// <summary>Adds a health check of <c>AddMptcpEndpoints</c>, which compares the endpoints that the kernel has with those that it should have.</summary>
    /// <remarks>
    /// The check is healthy if nothing remains to be done. Its description names what is missing and why, such as an endpoint without room in the kernel or one that another program has taken; its
    /// data are the numbers <c>expected</c>, <c>actual</c>, <c>others</c> and <c>room</c>. For a moment after a change of the host, the service has not caught up yet.
    /// </remarks>
    /// <param name="builder">The health checks to add to.</param>
    /// <param name="name">The name of the check.</param>
    /// <param name="failureStatus">The status to report if something is missing; <see langword="null"/>, the default, for <see cref="HealthStatus.Degraded"/>.</param>
    /// <param name="tags">Tags for filtering checks, or <see langword="null"/> for none.</param>
    /// <param name="timeout">The longest time that the check may take, or <see langword="null"/> for no limit.</param>
    /// <returns><paramref name="builder"/>.</returns>
    public static IHealthChecksBuilder AddMptcpEndpoints(
        this IHealthChecksBuilder builder, string name = "mptcp-endpoints", HealthStatus? failureStatus = null, IEnumerable<string>? tags = null, TimeSpan? timeout = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(name);
        return builder.Add(new HealthCheckRegistration(name, services => new EndpointsHealthCheck(services), failureStatus ?? HealthStatus.Degraded, tags, timeout));
    }

    /// <summary>
    /// Has a policy decide on the paths of this host's connections while the host runs: one of your own, or <see cref="MptcpInterfacesPolicy"/>, whose options are
    /// <see cref="MptcpInterfacesPolicyOptions"/>.
    /// </summary>
    /// <remarks>
    /// Needs <c>CAP_NET_ADMIN</c>, Linux 5.19, and the network namespace set to <c>net.mptcp.pm_type=1</c>, for sockets made from then on; without, the host does not start, and
    /// says so: by a <see cref="MptcpPrivilegeException"/>, a <see cref="Mptcp.Sockets.MptcpNotSupportedException"/> or an <see cref="InvalidOperationException"/>. So does a kernel
    /// that cannot list connections (<c>CONFIG_INET_MPTCP_DIAG</c>), and wrong options, by an <see cref="OptionsValidationException"/>. Endpoints and limits of the kernel are
    /// without effect there.
    /// </remarks>
    /// <typeparam name="TPolicy">The policy; what its constructor takes is the services' to give.</typeparam>
    /// <param name="services">The services.</param>
    /// <exception cref="InvalidOperationException">There is a policy already: a connection's paths are one's to decide on.</exception>
    public static IServiceCollection AddMptcpPathPolicy<[DynamicallyAccessedMembers(DynamicallyAccessedMemberTypes.PublicConstructors)] TPolicy>(
        this IServiceCollection services)
        where TPolicy : MptcpPathPolicy
    {
        ArgumentNullException.ThrowIfNull(services);
        if (services.FirstOrDefault(service => service.ServiceType == typeof(MptcpPathPolicy)) is { } other)
        {
            throw new InvalidOperationException(
                $"There is the path policy {other.ImplementationType} already: only one can decide on a connection's paths, so {typeof(TPolicy)} cannot be added.");
        }

        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<MptcpInterfacesPolicyOptions>>(
            new OptionsValidator<MptcpInterfacesPolicyOptions>(options => options.FindProblems())));
        services.AddSingleton<MptcpPathPolicy, TPolicy>();
        services.AddHostedService<PathPolicyService>();
        return services;
    }
}
