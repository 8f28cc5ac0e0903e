namespace Mptcp.Gateway.Telemetry;

/// <summary>How a connection ended.</summary>
enum Outcome
{
    /// <summary>Both sides have ended their streams.</summary>
    Completed,

    /// <summary>One side has reset it, or vanished; the other was reset, too.</summary>
    Reset,

    /// <summary>The client's header, request or destination was refused.</summary>
    Refused,

    /// <summary>The server could not be connected to; the client was reset.</summary>
    ConnectFailed,

    /// <summary>Neither side has said anything for too long; both were reset.</summary>
    Idle,

    /// <summary>The connection was still open when the gateway had to stop; both sides were reset.</summary>
    Aborted,
}
