namespace Mptcp.Sockets.Connecting;

/// <summary>The next step of a driver of a <see cref="ConnectSchedule"/>.</summary>
/// <param name="Kind">What the driver does.</param>
/// <param name="Attempt">The attempt of the step; null to wait or to fail.</param>
/// <param name="Due">
/// How long to wait, in milliseconds of the connect's clock; <see cref="Connecting.Attempt.Never"/> to wait until an attempt is decided.
/// </param>
readonly record struct ConnectStep(ConnectStepKind Kind, Attempt? Attempt = null, long Due = Attempt.Never);
