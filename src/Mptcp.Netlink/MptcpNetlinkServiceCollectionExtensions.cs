using System.Diagnostics.CodeAnalysis;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Mptcp.Netlink;
using Mptcp.Netlink.Endpoints;
using Mptcp.Netlink.Policies;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>Multipath TCP of the whole host as a service of a .NET host.</summary>
public static class MptcpNetlinkServiceCollectionExtensions
{
    /// <summary>
    /// Keeps the kernel's endpoints in step with the machine's network interfaces while the host runs: their addresses are added, and removed when they go. For machines
    /// where nobody else does, such as NetworkManager: containers, gateways, vehicles.
    /// </summary>
    /// <remarks>
    /// <para>Needs <c>CAP_NET_ADMIN</c>; without, the host does not start, and says so by a <see cref="MptcpPrivilegeException"/>. Where this system has no Multipath TCP, it is a
    /// <see cref="Mptcp.Sockets.MptcpNotSupportedException"/>; wrong options are an <see cref="OptionsValidationException"/>. What fails later is logged, and tried again after a second,
    /// then two, and so on up to 64, and when something changes. Where the network namespace leaves paths to programs (<c>net.mptcp.pm_type=1</c>), endpoints are without effect,
    /// and a warning is logged.</para>
    /// <para>Endpoints that were there before, or that somebody else adds, are left alone, also where they are just what would have been added. One that somebody removes is
    /// added again only when interfaces or addresses change next. The kernel has room for eight: those of metered interfaces come last. An address that an interface has lost takes its endpoint with it, and so its paths; one whose interface has
    /// only lost its carrier keeps it, so that connections can outlive that.</para>
    /// </remarks>
    /// <param name="services">The services.</param>
    /// <param name="configure">Sets options, or binds them to a section of the configuration; null for the defaults: a subflow over each interface.</param>
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
