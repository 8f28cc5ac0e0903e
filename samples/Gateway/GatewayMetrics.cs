using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Gateway;

/// <summary>The meter <c>Mptcp.Gateway</c>, for <c>dotnet-counters monitor --counters Mptcp.Gateway</c> and OpenTelemetry.</summary>
sealed class GatewayMetrics
{
    internal const string MeterName = "Mptcp.Gateway";

    const string Route = "mptcp.gateway.route";

    readonly UpDownCounter<long> _active;
    readonly Counter<long> _connections;
    readonly Counter<long> _bytes;

    public GatewayMetrics(IMeterFactory meters)
    {
        Meter meter = meters.Create(MeterName);
        _active = meter.CreateUpDownCounter<long>("mptcp.gateway.active_connections", "{connection}", "Connections of clients that are being relayed.");
        _connections = meter.CreateCounter<long>("mptcp.gateway.connections", "{connection}", "Connections of clients that have ended, by outcome.");
        _bytes = meter.CreateCounter<long>("mptcp.gateway.io", "By", "What was relayed, by direction.");
    }

    internal void Opened(string route) => _active.Add(1, new KeyValuePair<string, object?>(Route, route));

    internal void Moved(string route, Direction direction, int count) =>
        _bytes.Add(count, new(Route, route), new("network.io.direction", direction == Direction.ToServer ? "transmit" : "receive"));

    internal void Closed(string route, Outcome outcome)
    {
        _active.Add(-1, new KeyValuePair<string, object?>(Route, route));
        _connections.Add(1, new TagList { { Route, route }, { "mptcp.gateway.outcome", Name(outcome) } });
    }

    /// <summary>In the spelling of OpenTelemetry.</summary>
    static string Name(Outcome outcome) => outcome switch
    {
        Outcome.Completed => "completed",
        Outcome.Reset => "reset",
        Outcome.ConnectFailed => "connect_failed",
        Outcome.Idle => "idle",
        _ => "aborted",
    };
}
