namespace Mptcp.Sockets.Creation;

/// <summary>
/// Lets an operator turn Multipath TCP off without a new build. Read at every use, so that a test or an emergency can flip it:
/// both look-ups are in memory.
/// </summary>
static class KillSwitch
{
    internal const string AppContextName = "Mptcp.Sockets.Disabled";
    internal const string EnvironmentName = "MPTCP_SOCKETS_DISABLED";

    internal static bool IsOn =>
        (AppContext.TryGetSwitch(AppContextName, out bool disabled) && disabled)
        || Environment.GetEnvironmentVariable(EnvironmentName) is "1" or "true" or "True" or "TRUE";
}
