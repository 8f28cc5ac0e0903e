namespace Mptcp.Gateway;

/// <summary>The names of the metrics and logs of the gateway.</summary>
public static class MptcpGatewayTelemetry
{
    /// <summary>The name of the meter.</summary>
    public const string MeterName = "Mptcp.Gateway";

    /// <summary>The category of the log messages.</summary>
    public const string LogCategory = "Mptcp.Gateway";

    /// <summary>The name of an up-down counter: the client connections that are being relayed. The attribute is <see cref="RouteAttribute"/>.</summary>
    public const string ActiveConnections = "mptcp.gateway.active_connections";

    /// <summary>The name of a counter: the client connections that have ended. The attributes are <see cref="RouteAttribute"/> and <see cref="OutcomeAttribute"/>.</summary>
    public const string Connections = "mptcp.gateway.connections";

    /// <summary>
    /// The name of a counter: the relayed bytes. The attributes are <see cref="RouteAttribute"/> and <c>network.io.direction</c>, <c>transmit</c> to the server or <c>receive</c> from it.
    /// </summary>
    public const string Bytes = "mptcp.gateway.io";

    /// <summary>The attribute with the name of the route.</summary>
    public const string RouteAttribute = "mptcp.gateway.route";

    /// <summary>
    /// The attribute with the outcome of a connection: <c>completed</c>, <c>reset</c>, <c>connect_failed</c>, <c>idle</c>, or <c>aborted</c> if the gateway stopped first.
    /// </summary>
    public const string OutcomeAttribute = "mptcp.gateway.outcome";
}
