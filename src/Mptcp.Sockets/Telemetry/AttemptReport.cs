using System.Net;

namespace Mptcp.Sockets.Telemetry;

/// <summary>What became of one attempt of a connect.</summary>
/// <param name="Target">The address and port.</param>
/// <param name="Interface">The interface that the socket was bound to; null for the one that the routes choose.</param>
/// <param name="IsMptcp">Whether it was made with MPTCP.</param>
/// <param name="Outcome">What became of it.</param>
/// <param name="Error">Why it failed; null if it did not.</param>
/// <param name="StartedAfter">How long after the first attempt it began.</param>
readonly record struct AttemptReport(IPEndPoint Target, string? Interface, bool IsMptcp, AttemptOutcome Outcome, Exception? Error, TimeSpan StartedAfter);

enum AttemptOutcome
{
    Won,
    Failed,

    /// <summary>Another attempt won, or the connect was cancelled.</summary>
    Lost,
}
