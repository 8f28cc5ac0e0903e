namespace Mptcp.Gateway;

/// <summary>The options of <c>AddMptcpGateway</c>.</summary>
public sealed class MptcpGatewayOptions
{
    /// <summary>Gets the routes by name. Names are not case-sensitive. At least one is required.</summary>
    public IDictionary<string, MptcpGatewayRouteOptions> Routes { get; } =
        new Dictionary<string, MptcpGatewayRouteOptions>(StringComparer.OrdinalIgnoreCase);

    /// <summary>Gets or sets the section of the configuration, for messages.</summary>
    internal string? Section { get; set; }
}
