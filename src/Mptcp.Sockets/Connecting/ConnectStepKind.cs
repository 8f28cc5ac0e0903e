namespace Mptcp.Sockets.Connecting;

/// <summary>The next action of the driver of a <see cref="ConnectSchedule"/>.</summary>
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
