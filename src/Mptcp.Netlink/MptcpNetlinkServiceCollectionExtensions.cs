using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Mptcp.Netlink;
using Mptcp.Netlink.Endpoints;

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
    /// <see cref="Mptcp.Sockets.MptcpNotSupportedException"/>. What fails later is logged, and tried again when something changes.</para>
    /// <para>Endpoints that were there before, or that somebody else adds, are left alone, also where they are just what would have been added. The kernel has room
    /// for eight: those of metered interfaces come last. An address that an interface has lost takes its endpoint with it, and so its paths; one whose interface has
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

        services.TryAddEnumerable(ServiceDescriptor.Singleton<IValidateOptions<MptcpEndpointsOptions>, EndpointsOptionsValidator>());
        services.AddHostedService<EndpointsService>();
        return services;
    }
}
