namespace Mptcp.Gateway;

/// <summary>The names of what the gateway reports.</summary>
public static class MptcpGatewayTelemetry
{
    /// <summary>The name of the meter.</summary>
    public const string MeterName = "Mptcp.Gateway";

    /// <summary>
    /// The name of the activity source. Each connection is a span named <c>mptcp gateway connection</c>, with the span of its connect to
    /// the server inside.
    /// </summary>
    /// <remarks>
    /// The attributes are <see cref="RouteAttribute"/>, <see cref="OutcomeAttribute"/>, <c>client.address</c>, <c>client.port</c> and
    /// <see cref="ClientStateAttribute"/>; if the server was connected to, <c>server.address</c>, <c>server.port</c> and
    /// <see cref="ServerStateAttribute"/>; and for each side that uses MPTCP, <see cref="ClientTokenAttribute"/> or
    /// <see cref="ServerTokenAttribute"/>.
    /// </remarks>
    public const string ActivitySourceName = "Mptcp.Gateway";

    /// <summary>The category of the log messages.</summary>
    public const string LogCategory = "Mptcp.Gateway";

    /// <summary>
    /// The name of an up-down counter: the connections of clients that are being relayed. The attribute is <see cref="RouteAttribute"/>.
    /// </summary>
    public const string ActiveConnections = "mptcp.gateway.active_connections";

    /// <summary>
    /// The name of a counter: the connections of clients that have ended. The attributes are <see cref="RouteAttribute"/> and
    /// <see cref="OutcomeAttribute"/>.
    /// </summary>
    public const string Connections = "mptcp.gateway.connections";

    /// <summary>
    /// The name of a counter: the relayed bytes. The attributes are <see cref="RouteAttribute"/> and <c>network.io.direction</c>,
    /// <c>transmit</c> to the server or <c>receive</c> from it.
    /// </summary>
    public const string Bytes = "mptcp.gateway.io";

    /// <summary>The attribute with the name of the route.</summary>
    public const string RouteAttribute = "mptcp.gateway.route";

    /// <summary>
    /// The attribute with the outcome of a connection: <c>completed</c>, <c>reset</c>, <c>refused</c>, <c>connect_failed</c>, <c>idle</c>,
    /// or <c>aborted</c> if the gateway stopped first.
    /// </summary>
    public const string OutcomeAttribute = "mptcp.gateway.outcome";

    /// <summary>The attribute with the state of the client's connection: <c>mptcp</c>, <c>fallback</c> or <c>tcp</c>.</summary>
    public const string ClientStateAttribute = "mptcp.gateway.client.state";

    /// <summary>
    /// The attribute with the token of the client's connection, in eight hexadecimal digits. A TCP connection has no token.
    /// </summary>
    public const string ClientTokenAttribute = "mptcp.gateway.client.token";

    /// <summary>The attribute with the state of the server's connection: <c>mptcp</c>, <c>fallback</c> or <c>tcp</c>.</summary>
    public const string ServerStateAttribute = "mptcp.gateway.server.state";

    /// <summary>
    /// The attribute with the token of the server's connection, in eight hexadecimal digits. A TCP connection has no token.
    /// </summary>
    public const string ServerTokenAttribute = "mptcp.gateway.server.token";
}
