using Microsoft.Extensions.Configuration;

namespace Mptcp.Gateway.Configuration;

/// <summary>Turns options into routes.</summary>
static class RouteTable
{
    const string Listen = nameof(MptcpGatewayRouteOptions.Listen);

    /// <summary>Makes every route, or reports every problem.</summary>
    internal static IReadOnlyList<Route> TryCreate(MptcpGatewayOptions options, out IReadOnlyList<string> errors)
    {
        List<string> problems = [];
        List<Route> routes = [];
        string section = options.Section is { } path ? ConfigurationPath.Combine(path, nameof(options.Routes)) : nameof(options.Routes);
        if (options.Routes.Count == 0)
            problems.Add($"{section}: there is no route. Add one with {Listen} and {nameof(MptcpGatewayRouteOptions.Connect)}.");

        foreach ((string name, MptcpGatewayRouteOptions routeOptions) in options.Routes)
        {
            if (Route.TryCreate(name, routeOptions, ConfigurationPath.Combine(section, name), problems) is { } route)
                routes.Add(route);
        }

        AddSharedAddresses(routes, problems);
        errors = problems;
        return routes;
    }

    static void AddSharedAddresses(List<Route> routes, List<string> problems)
    {
        Dictionary<ListenAddress, Route> seen = [];
        foreach (Route route in routes)
        {
            foreach (Way way in route.Ways)
            {
                if (!seen.TryAdd(way.Listen, route))
                    problems.Add($"{route.Section}:{Listen}: {seen[way.Listen].Name} listens on {way.Listen}, too.");
            }
        }
    }
}
