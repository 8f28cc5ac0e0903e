namespace Mptcp.Sockets.Creation;

/// <summary>
/// Lets an operator turn MPTCP off without a new build. Read at every use, so that a test or an operator can change it at any time. Both
/// look-ups are in memory.
/// </summary>
static class KillSwitch
{
    internal const string AppContextName = "Mptcp.Sockets.Disabled";
    internal const string EnvironmentName = "MPTCP_SOCKETS_DISABLED";

    internal static bool IsOn => (AppContext.TryGetSwitch(AppContextName, out bool disabled) && disabled) || Parse(Environment.GetEnvironmentVariable(EnvironmentName)) is true;

    /// <summary>The value of the environment variable if it is unknown, so that it can be logged; otherwise, null.</summary>
    internal static string? UnknownValue => Environment.GetEnvironmentVariable(EnvironmentName) is { Length: > 0 } value && Parse(value) is null ? value : null;

    /// <summary>Returns null if the value is unknown.</summary>
    internal static bool? Parse(string? value) => value switch
    {
        null or "" => false,
        "1" => true,
        "0" => false,
        _ when Is(value, "true") || Is(value, "yes") || Is(value, "on") => true,
        _ when Is(value, "false") || Is(value, "no") || Is(value, "off") => false,
        _ => null,
    };

    static bool Is(string value, string word) => value.Equals(word, StringComparison.OrdinalIgnoreCase);
}
