using Microsoft.Extensions.DependencyInjection.Extensions;
using Mptcp.Dashboard;
using Mptcp.Dashboard.Feed;

namespace Microsoft.Extensions.DependencyInjection;

/// <summary>The services of the dashboard.</summary>
public static class MptcpDashboardServiceCollectionExtensions
{
    /// <summary>Adds the services that <c>MapMptcpDashboard</c> needs. They do nothing until somebody opens a page.</summary>
    /// <param name="services">The services.</param>
    /// <param name="configure">Sets the options; <see langword="null"/> for the defaults.</param>
    /// <returns><paramref name="services"/>.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="services"/> is null.</exception>
    /// <example><code>builder.Services.AddMptcpDashboard();</code></example>
    public static IServiceCollection AddMptcpDashboard(this IServiceCollection services, Action<MptcpDashboardOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(services);
        services.AddOptions<MptcpDashboardOptions>().Configure(configure ?? (_ => { }));
        services.AddAntiforgery();
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<IHostSource, KernelSource>();
        services.TryAddSingleton<DashboardFeed>();
        services.TryAddSingleton<DashboardRequests>();
        return services;
    }
}
