namespace Mptcp.Testing;

/// <summary>How long anything may take before it counts as hanging: far longer than it takes, so that no test depends on speed,
/// not even on an emulated processor.</summary>
static class Limit
{
    /// <summary>The <c>Timeout</c> of a test, in milliseconds.</summary>
    internal const int OfATest = 600_000;

    internal static readonly TimeSpan OfAWait = TimeSpan.FromMinutes(5);
}
