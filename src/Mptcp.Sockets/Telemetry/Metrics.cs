using System.Diagnostics.Metrics;
using System.Net;

namespace Mptcp.Sockets.Telemetry;

/// <summary>The instruments of the meter.</summary>
static class Metrics
{
    /// <summary>The version of this library.</summary>
    internal static readonly string? Version = typeof(Metrics).Assembly.GetName().Version?.ToString(3);

    internal static readonly Meter Meter = new(MptcpTelemetry.MeterName, Version);

    // The boundaries are those of .NET's and Kestrel's short durations: from a connect on loopback to one or two lost SYNs.
    internal static readonly Histogram<double> ConnectDuration = Meter.CreateHistogram(
        MptcpTelemetry.ConnectDuration,
        "s",
        "Duration of connects, without the resolution of names.",
        advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10] });

    internal static readonly Counter<long> ConnectAttempts = Meter.CreateCounter<long>(
        MptcpTelemetry.ConnectAttempts, "{attempt}", "Attempts to connect to one address with one protocol.");

    internal static readonly Counter<long> Connections = Meter.CreateCounter<long>(
        MptcpTelemetry.Connections, "{connection}", "Connections that were established, and accepted connections that were recorded.");

    internal static readonly Counter<long> Fallbacks = Meter.CreateCounter<long>(
        MptcpTelemetry.Fallbacks, "{connection}", "Connections, as in mptcp.connections, that should use MPTCP and do not.");

    /// <summary>A client that does not offer MPTCP gets a TCP socket. So an accepted connection that fell back began with MPTCP.</summary>
    internal static void OnAccepted(MptcpState state)
    {
        Connections.Add(1, Tag(MptcpTelemetry.RoleAttribute, "server"), Tag(MptcpTelemetry.StateAttribute, Names.Of(state)));
        if (state == MptcpState.FellBack)
            OnFallback("server", Names.Of(MptcpReason.FellBackLater));
    }

    internal static void OnFallback(string role, string reason) =>
        Fallbacks.Add(1, Tag(MptcpTelemetry.RoleAttribute, role), Tag(MptcpTelemetry.ReasonAttribute, reason));

    internal static KeyValuePair<string, object?>[] Addresses(IPEndPoint local, IPEndPoint peer) =>
    [
        Tag("network.local.address", Text(local.Address)),
        Tag("network.local.port", local.Port),
        Tag("network.peer.address", Text(peer.Address)),
        Tag("network.peer.port", peer.Port),
    ];

    static string Text(IPAddress address) => (address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address).ToString();

    internal static KeyValuePair<string, object?> Tag(string name, object? value) => new(name, value);
}
