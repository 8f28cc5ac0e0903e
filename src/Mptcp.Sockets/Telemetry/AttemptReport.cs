using System.Net;

namespace Mptcp.Sockets.Telemetry;

/// <summary>The outcome of one attempt of a connect.</summary>
/// <param name="Target">The address and port.</param>
/// <param name="Interface">The interface to which the socket was bound; null if the routes chose it.</param>
/// <param name="IsMptcp">Whether the attempt used MPTCP.</param>
/// <param name="Outcome">The outcome.</param>
/// <param name="Error">The error; null if the attempt did not fail.</param>
/// <param name="StartedAfter">The time from the start of the first attempt to the start of this one.</param>
readonly record struct AttemptReport(IPEndPoint Target, string? Interface, bool IsMptcp, AttemptOutcome Outcome, Exception? Error, TimeSpan StartedAfter);
