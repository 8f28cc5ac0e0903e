namespace Mptcp.Gateway.Telemetry;

/// <summary>How a connection ended.</summary>
enum Outcome
{
    /// <summary>Both sides had said all they had to say.</summary>
    Completed,

    /// <summary>One side has reset it, or vanished; the other was reset, too.</summary>
    Reset,

    /// <summary>The client's header, request or destination was refused.</summary>
    Refused,

    /// <summary>The server could not be connected to; the client was reset.</summary>
    ConnectFailed,

    /// <summary>Neither side has said anything for too long; both were reset.</summary>
    Idle,

    /// <summary>It was still going on when the gateway had to end; both sides were reset.</summary>
    Aborted,
}
