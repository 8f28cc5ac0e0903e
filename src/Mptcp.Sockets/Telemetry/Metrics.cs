using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Sockets;
using Mptcp.Sockets.Info;

namespace Mptcp.Sockets.Telemetry;

/// <summary>The instruments.</summary>
static class Metrics
{
    /// <summary>Of this library.</summary>
    internal static readonly string? Version = typeof(Metrics).Assembly.GetName().Version?.ToString(3);

    internal static readonly Meter Meter = new(MptcpTelemetry.MeterName, Version);

    // The boundaries of http.client.open_connections' and kestrel's short durations: from a loopback's to that of a lost SYN or two.
    internal static readonly Histogram<double> ConnectDuration = Meter.CreateHistogram(
        MptcpTelemetry.ConnectDuration,
        "s",
        "Duration of connects, without the resolution of names.",
        advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10] });

    internal static readonly Counter<long> ConnectAttempts = Meter.CreateCounter<long>(
        MptcpTelemetry.ConnectAttempts, "{attempt}", "Attempts to connect to one address with one protocol.");

    internal static readonly Counter<long> Connections = Meter.CreateCounter<long>(
        MptcpTelemetry.Connections, "{connection}", "Connections made, and accepted ones that were recorded.");

    internal static readonly Counter<long> Fallbacks = Meter.CreateCounter<long>(
        MptcpTelemetry.Fallbacks, "{connection}", "Connections made, and accepted ones that were recorded, that were to be Multipath TCP and are not.");

    internal static void OnAccepted(MptcpState state)
    {
        Connections.Add(1, Tag(MptcpTelemetry.RoleAttribute, "server"), Tag(MptcpTelemetry.StateAttribute, Name(state)));
        if (state == MptcpState.FellBack && Fallbacks.Enabled) // the kernel is asked for the reason
            OnFallback("server", Name(Explainer.ExplainFallback(MptcpCounters.Read(), isAccepted: true).Reason));
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

    internal static string Name(MptcpState state) => state switch
    {
        MptcpState.Mptcp => "mptcp",
        MptcpState.FellBack => "fallback",
        _ => "tcp",
    };

    internal static string Name(MptcpReason reason) => SnakeCase(reason.ToString());

    /// <summary>As OpenTelemetry asks of <c>error.type</c>: few values, known beforehand.</summary>
    internal static string ErrorType(Exception error) => error switch
    {
        MptcpFallbackException => "mptcp_fallback", // its socket error is also that of a system without
        SocketException socketError => SnakeCase(socketError.SocketErrorCode.ToString()),
        OperationCanceledException => "cancelled",
        _ => error.GetType().FullName!,
    };

    internal static string SnakeCase(string pascalCase) => string.Concat(
        pascalCase.Select((character, i) => char.IsUpper(character) && i > 0 ? $"_{char.ToLowerInvariant(character)}" : $"{char.ToLowerInvariant(character)}"));
}
