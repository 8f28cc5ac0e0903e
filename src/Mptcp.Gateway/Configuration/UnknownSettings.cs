using Microsoft.Extensions.Configuration;

namespace Mptcp.Gateway.Configuration;

/// <summary>Finds keys of a configuration that are no settings. The binder would name types of .NET.</summary>
static class UnknownSettings
{
    static readonly string[] s_ofRoute =
    [
        nameof(MptcpGatewayRouteOptions.Mode), nameof(MptcpGatewayRouteOptions.Listen), nameof(MptcpGatewayRouteOptions.Connect),
        nameof(MptcpGatewayRouteOptions.ListenMode), nameof(MptcpGatewayRouteOptions.ConnectMode),
        nameof(MptcpGatewayRouteOptions.RequireMptcpPeer), nameof(MptcpGatewayRouteOptions.Balance),
        nameof(MptcpGatewayRouteOptions.HealthInterval), nameof(MptcpGatewayRouteOptions.AcceptProxyProtocolFrom),
        nameof(MptcpGatewayRouteOptions.SendProxyProtocol), nameof(MptcpGatewayRouteOptions.Users), nameof(MptcpGatewayRouteOptions.Allow),
        nameof(MptcpGatewayRouteOptions.Deny), nameof(MptcpGatewayRouteOptions.HeaderTimeout),
        nameof(MptcpGatewayRouteOptions.ConnectTimeout), nameof(MptcpGatewayRouteOptions.IdleTimeout),
        nameof(MptcpGatewayRouteOptions.MaxConnections),
        nameof(MptcpGatewayRouteOptions.BufferSize),
    ];

    internal static IEnumerable<string> Find(IConfiguration gateway)
    {
        const string routes = nameof(MptcpGatewayOptions.Routes);
        IEnumerable<IConfigurationSection> settings = gateway.GetSection(routes).GetChildren().SelectMany(route => route.GetChildren());
        return Find(gateway.GetChildren(), [routes]).Concat(Find(settings, s_ofRoute));
    }

    static IEnumerable<string> Find(IEnumerable<IConfigurationSection> sections, string[] known) => sections
        .Where(section => !known.Contains(section.Key, StringComparer.OrdinalIgnoreCase))
        .Select(section => $"{section.Path} is not a setting. The settings here are {string.Join(", ", known)}.");
}
