using System.Diagnostics.CodeAnalysis;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Mptcp.Dashboard;
using Mptcp.Dashboard.Pages;

namespace Microsoft.AspNetCore.Builder;

/// <summary>The pages of the dashboard.</summary>
public static class MptcpDashboardEndpointRouteBuilderExtensions
{
    /// <summary>Adds the pages of the dashboard: the MPTCP connections of this host and their paths, live.</summary>
    /// <remarks>
    /// Anyone who can open the pages sees the addresses and the processes of all connections of the host. Protect them with <c>RequireAuthorization</c>, or with
    /// <see cref="MptcpDashboardOptions.AccessToken"/>.
    /// </remarks>
    /// <param name="endpoints">The application.</param>
    /// <param name="pattern">The address of the first page, without parameters. The default is <c>/mptcp</c>.</param>
    /// <returns>A builder for the authorization and the hosts of all pages.</returns>
    /// <exception cref="ArgumentNullException">An argument is null.</exception>
    /// <exception cref="ArgumentException"><paramref name="pattern"/> has parameters.</exception>
    /// <exception cref="InvalidOperationException">The services are missing. Call <c>AddMptcpDashboard</c>.</exception>
    /// <example><code>app.MapMptcpDashboard("/mptcp").RequireAuthorization();</code></example>
    public static IEndpointConventionBuilder MapMptcpDashboard(this IEndpointRouteBuilder endpoints, [StringSyntax("Route")] string pattern = "/mptcp")
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        ArgumentNullException.ThrowIfNull(pattern);
        if (pattern.Contains('{'))
            throw new ArgumentException($"The address of the dashboard cannot have parameters: {pattern}", nameof(pattern));

        DashboardRequests dashboard = endpoints.ServiceProvider.GetService<DashboardRequests>()
            ?? throw new InvalidOperationException("The services of the dashboard are missing. Call builder.Services.AddMptcpDashboard().");

        RouteGroupBuilder group = endpoints.MapGroup(pattern);
        group.MapGet("/", dashboard.Page((page, _) => HostPage.Render(page), isFirst: true));
        group.MapGet("/connections", dashboard.Page((page, _) => ConnectionsPage.Render(page)));
        group.MapGet("/connections/{token}", dashboard.Page((page, context) => ConnectionPage.Render(page, (string)context.GetRouteValue("token")!), root: "../"));
        group.MapGet("/interfaces", dashboard.Page((page, _) => InterfacesPage.Render(page)));
        group.MapGet("/events", dashboard.Page((page, _) => EventsPage.Render(page)));
        group.MapGet("/why", dashboard.Page((page, _) => WhyPage.Render(page)));
        group.MapGet("/doctor", dashboard.Page((page, _) => DoctorPage.Render(page)));
        group.MapGet("/assets/dashboard.css", DashboardRequests.Asset("dashboard.css", "text/css; charset=utf-8"));
        group.MapGet("/assets/dashboard.js", DashboardRequests.Asset("dashboard.js", "text/javascript; charset=utf-8"));
        group.MapGet("/assets/icon.svg", DashboardRequests.Asset("icon.svg", "image/svg+xml"));
        if (dashboard.AllowsChanges)
        {
            group.MapGet("/change", dashboard.AskChange());
            group.MapPost("/change", dashboard.MakeChange());
        }

        return group;
    }
}
