namespace Mptcp.Gateway.Telemetry;

/// <summary>Outcomes in the spelling of OpenTelemetry.</summary>
static class OutcomeNames
{
    internal static string Name(this Outcome outcome) => outcome switch
    {
        Outcome.Completed => "completed",
        Outcome.Reset => "reset",
        Outcome.ConnectFailed => "connect_failed",
        Outcome.Refused => "refused",
        Outcome.Idle => "idle",
        _ => "aborted",
    };
}
