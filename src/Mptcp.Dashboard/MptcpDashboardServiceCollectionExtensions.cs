using Microsoft.AspNetCore.Antiforgery;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Mptcp.Dashboard;
using Mptcp.Dashboard.Access;
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
        services.AddOptions<AntiforgeryOptions>().PostConfigure<IOptions<MptcpDashboardOptions>>(NameCookie);
        services.TryAddSingleton(TimeProvider.System);
        services.TryAddSingleton<IHostSource, KernelSource>();
        services.TryAddSingleton<DashboardFeed>();
        services.TryAddSingleton<DashboardRequests>();
        return services;
    }

    /// <summary>
    /// Gives the cookie of antiforgery a name of its own, unless the application has named it. Dashboards with a token are often several programs of one name on one host, and would
    /// replace each other's.
    /// </summary>
    static void NameCookie(AntiforgeryOptions antiforgery, IOptions<MptcpDashboardOptions> options)
    {
        if (options.Value.AccessToken is { } secret && antiforgery.Cookie.Name?.StartsWith(AntiforgeryOptions.DefaultCookiePrefix, StringComparison.Ordinal) != false)
            antiforgery.Cookie.Name = $"mptcp-dashboard-antiforgery-{new AccessToken(secret).Id}";
    }
}
