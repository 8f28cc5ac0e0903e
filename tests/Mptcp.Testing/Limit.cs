namespace Mptcp.Testing;

/// <summary>
/// The time after which an action counts as hanging. It is far longer than needed, so that no test depends on speed, not even on an
/// emulated processor.
/// </summary>
static class Limit
{
    /// <summary>The <c>Timeout</c> of a test, in milliseconds.</summary>
    internal const int OfATest = 600_000;

    internal static readonly TimeSpan OfAWait = TimeSpan.FromMinutes(5);
}
