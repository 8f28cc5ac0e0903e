namespace Mptcp.Gateway.Telemetry;

/// <summary>Names outcomes in the spelling of OpenTelemetry.</summary>
static class OutcomeNames
{
    internal static string Name(this Outcome outcome) => outcome switch
    {
        Outcome.Completed => "completed",
        Outcome.Reset => "reset",
        Outcome.ConnectFailed => "connect_failed",
        Outcome.Idle => "idle",
        _ => "aborted",
    };
}
