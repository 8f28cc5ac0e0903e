namespace Mptcp.Sockets.Telemetry;

/// <summary>The outcome of an attempt, for metrics and traces.</summary>
enum AttemptOutcome
{
    Won,
    Failed,

    /// <summary>Another attempt won, or the connect was cancelled.</summary>
    Lost,
}
