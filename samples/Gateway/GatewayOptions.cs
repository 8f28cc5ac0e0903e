namespace Gateway;

/// <summary>The section <c>Gateway</c> of the configuration.</summary>
sealed class GatewayOptions
{
    internal const string Section = "Gateway";

    /// <summary>By name, so that single settings can be overridden: <c>--Gateway:Routes:NAME:Connect=…</c>.</summary>
    public Dictionary<string, RouteOptions> Routes { get; set; } = [];
}
