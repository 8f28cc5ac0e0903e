namespace Mptcp.Gateway.Telemetry;

/// <summary>The outcome of a connection.</summary>
enum Outcome
{
    /// <summary>Both sides finished.</summary>
    Completed,

    /// <summary>One side reset the connection or vanished. The other side was reset.</summary>
    Reset,

    /// <summary>The server could not be connected to. The client was reset.</summary>
    ConnectFailed,

    /// <summary>Both sides were silent for too long. Both were reset.</summary>
    Idle,

    /// <summary>The gateway stopped before the connection ended. Both sides were reset.</summary>
    Aborted,
}
