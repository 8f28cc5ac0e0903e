using System.Diagnostics.Metrics;

namespace Mptcp.Gateway.Telemetry;

/// <summary>The instruments of <see cref="MptcpGatewayTelemetry"/>.</summary>
sealed class GatewayMetrics
{
    readonly UpDownCounter<long> _active;
    readonly Counter<long> _connections;
    readonly Counter<long> _bytes;

    public GatewayMetrics(IMeterFactory meters)
    {
        Meter meter = meters.Create(MptcpGatewayTelemetry.MeterName);
        _active = meter.CreateUpDownCounter<long>(
            MptcpGatewayTelemetry.ActiveConnections, "{connection}", "Connections of clients that are being relayed.");
        _connections = meter.CreateCounter<long>(
            MptcpGatewayTelemetry.Connections, "{connection}", "Connections of clients that have ended, by outcome.");
        _bytes = meter.CreateCounter<long>(MptcpGatewayTelemetry.Bytes, "By", "Relayed bytes, by direction.");
    }

    internal void Opened(string route) => _active.Add(1, new KeyValuePair<string, object?>(MptcpGatewayTelemetry.RouteAttribute, route));

    internal void Moved(string route, Direction direction, int count) => _bytes.Add(
        count,
        new(MptcpGatewayTelemetry.RouteAttribute, route),
        new("network.io.direction", direction == Direction.ToServer ? "transmit" : "receive"));

    internal void Closed(string route, Outcome outcome)
    {
        _active.Add(-1, new KeyValuePair<string, object?>(MptcpGatewayTelemetry.RouteAttribute, route));
        _connections.Add(1, new(MptcpGatewayTelemetry.RouteAttribute, route), new(MptcpGatewayTelemetry.OutcomeAttribute, outcome.Name()));
    }
}
