namespace Mptcp.Sockets.Connecting;

/// <summary>What a driver of a <see cref="ConnectSchedule"/> does next.</summary>
/// <param name="Kind">What to do.</param>
/// <param name="Attempt">With which attempt; null to wait or to fail.</param>
/// <param name="Due">Until when to wait, in milliseconds of the connect's clock; <see cref="Connecting.Attempt.Never"/> for until an attempt is decided.</param>
readonly record struct ConnectStep(ConnectStepKind Kind, Attempt? Attempt = null, long Due = Attempt.Never);

enum ConnectStepKind
{
    /// <summary>Wait until an attempt is decided or the time has come.</summary>
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
