using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Mptcp.Sockets.Connecting;
using Mptcp.Sockets.Info;
using static Mptcp.Sockets.Telemetry.Metrics;

namespace Mptcp.Sockets.Telemetry;

/// <summary>Tells meters and traces of one connect, once it is over.</summary>
sealed class ConnectObserver : IDisposable
{
    const string SpanName = "mptcp connect", AttemptEvent = "mptcp.connect.attempt";
    static readonly ActivitySource s_source = new(MptcpTelemetry.ActivitySourceName, Metrics.Version);

    readonly ConnectRequest _request;
    readonly Activity? _span;
    readonly long _started = Stopwatch.GetTimestamp();
    readonly long _startedTicks = Environment.TickCount64; // the clock of attempts
    readonly DateTimeOffset _startedAt = DateTimeOffset.UtcNow;

    bool _isTold;

    internal ConnectObserver(ConnectRequest request)
    {
        _request = request;
        _span = s_source.StartActivity(SpanName, ActivityKind.Internal);
    }

    /// <summary>Whether anybody listens.</summary>
    internal static bool IsWanted =>
        s_source.HasListeners() || ConnectDuration.Enabled || ConnectAttempts.Enabled || Connections.Enabled || Fallbacks.Enabled;

    /// <summary>A listener that throws ends the connect with its exception, and the socket is closed.</summary>
    internal void OnConnected(Socket winner)
    {
        _isTold = true;
        try
        {
            TellConnected(winner);
        }
        catch
        {
            _request.Discard(winner);
            throw;
        }
    }

    internal void OnFailed(Exception error)
    {
        if (_isTold)
            return; // a listener has thrown it

        try
        {
            TellFailed(error);
        }
        catch (Exception) // of a listener: the caller must learn of what went wrong before
        {
        }
    }

    public void Dispose() => _span?.Dispose();

    void TellFailed(Exception error)
    {
        string errorType = ErrorType(error);
        ConnectDuration.Record(Elapsed, Transport, NetworkType(_request.Targets[0]), Tag("error.type", errorType));
        _span?.SetTag("error.type", errorType);
        _span?.SetStatus(ActivityStatusCode.Error, error.Message);
        TellAttempts();
    }

    void TellConnected(Socket winner)
    {
        MptcpState state = winner.GetMptcpState();
        IPEndPoint peer = _request.Winner!.Target;
        KeyValuePair<string, object?> stateTag = Tag(MptcpTelemetry.StateAttribute, Name(state));
        ConnectDuration.Record(Elapsed, Transport, NetworkType(peer), stateTag);
        Connections.Add(1, Tag(MptcpTelemetry.RoleAttribute, "client"), stateTag);
        if (FindFallbackReason(winner, state) is { } reason)
        {
            Fallbacks.Add(1, Tag(MptcpTelemetry.RoleAttribute, "client"), Tag(MptcpTelemetry.ReasonAttribute, reason));
            _span?.SetTag(MptcpTelemetry.ReasonAttribute, reason);
        }

        if (_span is { IsAllDataRequested: true })
        {
            _span.SetTag("network.peer.address", peer.Address.ToString());
            _span.SetTag("network.peer.port", peer.Port);
            _span.SetTag(MptcpTelemetry.StateAttribute, Name(state));
        }

        TellAttempts();
    }

    static KeyValuePair<string, object?> Transport => Tag("network.transport", "tcp"); // of the values that there are, also for Multipath TCP

    static KeyValuePair<string, object?> NetworkType(IPEndPoint target) =>
        Tag("network.type", target.AddressFamily == AddressFamily.InterNetworkV6 ? "ipv6" : "ipv4");

    double Elapsed => Stopwatch.GetElapsedTime(_started).TotalSeconds;

    /// <summary>Null where there was none, or none was to be.</summary>
    string? FindFallbackReason(Socket winner, MptcpState state)
    {
        if (state == MptcpState.FellBack)
            return SnakeCase(Explainer.Explain(winner, state).Reason.ToString());

        if (_request.WhyTcp is not { } why)
            return null;

        return SnakeCase(why.Reason == MptcpReason.SystemUnavailable ? why.Refusal.Reason.ToString() : why.Reason.ToString());
    }

    void TellAttempts()
    {
        foreach (Attempt attempt in _request.Started)
            Tell(attempt);
    }

    void Tell(Attempt attempt)
    {
        string protocol = attempt.IsMptcp ? "mptcp" : "tcp";
        string outcome = attempt == _request.Winner ? "won" : attempt.Error is null ? "lost" : "failed";
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
        if (attempt.Error is { } error)
            tags["error.type"] = ErrorType(error);

        _span.AddEvent(new ActivityEvent(AttemptEvent, _startedAt.AddMilliseconds(attempt.StartedAt - _startedTicks), tags));
    }
}
