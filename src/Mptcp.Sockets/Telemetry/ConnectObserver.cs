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
    readonly long _started;

    bool _isTold;

    ConnectObserver(ConnectRequest request)
    {
        _request = request;
        _span = s_source.HasListeners() ? s_source.StartActivity(SpanName, ActivityKind.Internal, default(ActivityContext), Server(request)) : null;
        _started = Stopwatch.GetTimestamp(); // after the span, within which the attempts are
    }

    /// <summary>Null, and nothing is spent, while nobody listens.</summary>
    internal static ConnectObserver? TryStart(ConnectRequest request) => IsWanted ? new ConnectObserver(request) : null;

    /// <summary>Whether anybody listens.</summary>
    internal static bool IsWanted =>
        s_source.HasListeners() || ConnectDuration.Enabled || ConnectAttempts.Enabled || Connections.Enabled || Fallbacks.Enabled;

    /// <summary>A listener that throws ends the connect with its exception.</summary>
    internal void OnConnected(Socket winner)
    {
        _isTold = true;
        TellConnected(winner);
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
        TellAttempts(error);
    }

    void TellConnected(Socket winner)
    {
        MptcpState state = winner.GetMptcpState();
        IPEndPoint peer = _request.Winner!.Target;
        KeyValuePair<string, object?> stateTag = Tag(MptcpTelemetry.StateAttribute, Name(state));
        ConnectDuration.Record(Elapsed, Transport, NetworkType(peer), stateTag);
        Connections.Add(1, Tag(MptcpTelemetry.RoleAttribute, "client"), stateTag);
        if ((Fallbacks.Enabled || _span is { IsAllDataRequested: true }) && FindFallbackReason(winner, state) is { } reason)
        {
            OnFallback("client", reason);
            _span?.SetTag(MptcpTelemetry.ReasonAttribute, reason);
        }

        if (_span is { IsAllDataRequested: true })
        {
            _span.SetTag("network.peer.address", peer.Address.ToString());
            _span.SetTag("network.peer.port", peer.Port);
            _span.SetTag(MptcpTelemetry.StateAttribute, Name(state));
        }

        TellAttempts(refusal: null);
    }

    /// <summary>Whom the caller asked for. Of several addresses without a name, none is the server's.</summary>
    static TagList Server(ConnectRequest request)
    {
        var tags = new TagList();
        if ((request.Host ?? (request.Targets is [var only] ? only.Address.ToString() : null)) is { } address)
            tags.Add("server.address", address);

        tags.Add("server.port", request.Targets[0].Port);
        return tags;
    }

    static KeyValuePair<string, object?> Transport => Tag("network.transport", "tcp"); // of the values that there are, also for Multipath TCP

    static KeyValuePair<string, object?> NetworkType(IPEndPoint target) =>
        Tag("network.type", target.AddressFamily == AddressFamily.InterNetworkV6 ? "ipv6" : "ipv4");

    double Elapsed => Stopwatch.GetElapsedTime(_started).TotalSeconds;

    /// <summary>Null where there was none, or none was to be.</summary>
    string? FindFallbackReason(Socket winner, MptcpState state)
    {
        if (state == MptcpState.FellBack)
            return Name(Explainer.Explain(winner, state).Reason);

        if (_request.WhyTcp is not { } why)
            return null;

        return why.Reason == MptcpReason.SystemUnavailable ? SnakeCase(why.Refusal.Reason.ToString()) : Name(why.Reason);
    }

    /// <param name="refusal">Why the one that had won was not good enough.</param>
    void TellAttempts(Exception? refusal)
    {
        foreach (Attempt attempt in _request.Started)
            Tell(attempt, attempt == _request.Winner ? refusal : attempt.Error);
    }

    void Tell(Attempt attempt, Exception? error)
    {
        string protocol = attempt.IsMptcp ? "mptcp" : "tcp";
        string outcome = error is not null ? "failed" : attempt == _request.Winner ? "won" : "lost";
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
        if (error is not null)
            tags["error.type"] = ErrorType(error);

        // By the span's clock, as its beginning and end.
        _span.AddEvent(new ActivityEvent(AttemptEvent, _span.StartTimeUtc + Stopwatch.GetElapsedTime(_started, attempt.StartedAt), tags));
    }
}
