namespace Mptcp.Sockets.Connecting;

/// <summary>The next step of a driver of a <see cref="ConnectSchedule"/>.</summary>
/// <param name="Kind">What the driver does.</param>
/// <param name="Attempt">The attempt of the step; null to wait or to fail.</param>
/// <param name="Due">How long to wait, in milliseconds of the connect's clock; <see cref="Connecting.Attempt.Never"/> to wait until an attempt is decided.</param>
readonly record struct ConnectStep(ConnectStepKind Kind, Attempt? Attempt = null, long Due = Attempt.Never);

enum ConnectStepKind
{
    /// <summary>Wait until an attempt is decided or the time has passed.</summary>
    Wait,

    /// <summary>Start the attempt.</summary>
    Start,

    /// <summary>Close the attempt, which has been unanswered for too long.</summary>
    GiveUp,

    /// <summary>The attempt has won.</summary>
    Win,

    /// <summary>Every attempt has failed.</summary>
    Fail,
}
