using System.Diagnostics;
using System.Net;
using static Mptcp.Sockets.Telemetry.Metrics;

namespace Mptcp.Sockets.Telemetry;

/// <summary>Reports one connect to meters and traces, once it is over.</summary>
sealed class ConnectObserver : IDisposable
{
    const string SpanName = "mptcp connect", AttemptEvent = "mptcp.connect.attempt";
    static readonly ActivitySource s_source = new(MptcpTelemetry.ActivitySourceName, Metrics.Version);

    readonly IPEndPoint _firstTarget;
    readonly Activity? _span;
    readonly long _started;

    bool _isReported;

    ConnectObserver(string? host, IReadOnlyList<IPEndPoint> targets)
    {
        _firstTarget = targets[0];
        _span = s_source.HasListeners() ? s_source.StartActivity(SpanName, ActivityKind.Internal, default(ActivityContext), Server(host, targets)) : null;
        _started = Stopwatch.GetTimestamp(); // after the span, which contains the attempts
    }

    /// <summary>Returns null, and costs nothing, while nobody listens.</summary>
    /// <param name="host">The name that was resolved; null if the caller passed addresses.</param>
    /// <param name="targets">At least one address.</param>
    internal static ConnectObserver? TryStart(string? host, IReadOnlyList<IPEndPoint> targets) => IsWanted ? new ConnectObserver(host, targets) : null;

    /// <summary>Whether anybody listens.</summary>
    internal static bool IsWanted =>
        s_source.HasListeners() || ConnectDuration.Enabled || ConnectAttempts.Enabled || Connections.Enabled || Fallbacks.Enabled;

    /// <summary>Reports a success. A listener that throws ends the connect with its exception.</summary>
    internal void OnConnected(IPEndPoint peer, MptcpState state, string? fallbackReason, IReadOnlyList<AttemptReport> attempts)
    {
        _isReported = true;
        KeyValuePair<string, object?> stateTag = Tag(MptcpTelemetry.StateAttribute, Names.Of(state));
        ConnectDuration.Record(Elapsed, Transport, NetworkType(peer), stateTag);
        Connections.Add(1, Tag(MptcpTelemetry.RoleAttribute, "client"), stateTag);
        if (fallbackReason is not null)
        {
            OnFallback("client", fallbackReason);
            _span?.SetTag(MptcpTelemetry.ReasonAttribute, fallbackReason);
        }

        if (_span is { IsAllDataRequested: true })
        {
            _span.SetTag("network.peer.address", peer.Address.ToString());
            _span.SetTag("network.peer.port", peer.Port);
            _span.SetTag(MptcpTelemetry.StateAttribute, Names.Of(state));
        }

        Report(attempts, refusal: null);
    }

    /// <summary>Reports a failure. An exception of a listener is dropped: the caller needs the connect's own error.</summary>
    /// <param name="error">The error of the connect.</param>
    /// <param name="attempts">All attempts. If one has won, it was refused because of the same error.</param>
    internal void OnFailed(Exception error, IReadOnlyList<AttemptReport> attempts)
    {
        if (_isReported)
            return; // a listener threw it

        try
        {
            string errorType = Names.Of(error);
            ConnectDuration.Record(Elapsed, Transport, NetworkType(_firstTarget), Tag("error.type", errorType));
            _span?.SetTag("error.type", errorType);
            _span?.SetStatus(ActivityStatusCode.Error, error.Message);
            Report(attempts, error);
        }
        catch (Exception) // of a listener
        {
        }
    }

    public void Dispose() => _span?.Dispose();

    /// <summary>Returns the server for which the caller asked. Several addresses without a name have none.</summary>
    static TagList Server(string? host, IReadOnlyList<IPEndPoint> targets)
    {
        var tags = new TagList();
        if ((host ?? (targets is [var only] ? only.Address.ToString() : null)) is { } address)
            tags.Add("server.address", address);

        tags.Add("server.port", targets[0].Port);
        return tags;
    }

    static KeyValuePair<string, object?> Transport => Tag("network.transport", "tcp"); // the only well-known value that fits MPTCP

    static KeyValuePair<string, object?> NetworkType(IPEndPoint target) =>
        Tag("network.type", target.AddressFamily == System.Net.Sockets.AddressFamily.InterNetworkV6 ? "ipv6" : "ipv4");

    double Elapsed => Stopwatch.GetElapsedTime(_started).TotalSeconds;

    void Report(IReadOnlyList<AttemptReport> attempts, Exception? refusal)
    {
        foreach (AttemptReport attempt in attempts)
        {
            bool wasRefused = attempt.Outcome == AttemptOutcome.Won && refusal is not null;
            Report(wasRefused ? attempt with { Outcome = AttemptOutcome.Failed, Error = refusal } : attempt);
        }
    }

    void Report(AttemptReport attempt)
    {
        string protocol = attempt.IsMptcp ? "mptcp" : "tcp", outcome = Names.Of(attempt.Outcome);
        ConnectAttempts.Add(1, Tag(MptcpTelemetry.ProtocolAttribute, protocol), Tag(MptcpTelemetry.OutcomeAttribute, outcome));
        if (_span is not { IsAllDataRequested: true })
            return;

        var tags = new ActivityTagsCollection
        {
            ["network.peer.address"] = attempt.Target.Address.ToString(),
            ["network.peer.port"] = attempt.Target.Port,
            [MptcpTelemetry.ProtocolAttribute] = protocol,
            [MptcpTelemetry.OutcomeAttribute] = outcome,
        };
        if (attempt.Interface is not null)
            tags["network.interface.name"] = attempt.Interface;

        if (attempt.Error is not null)
            tags["error.type"] = Names.Of(attempt.Error);

        _span.AddEvent(new ActivityEvent(AttemptEvent, _span.StartTimeUtc + attempt.StartedAfter, tags)); // by the span's clock
    }
}
