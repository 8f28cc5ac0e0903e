namespace Mptcp.Sockets.Tests.Support;

/// <summary>How long anything may take before it counts as hanging: far longer than it takes, so that no test depends on speed.</summary>
static class Limit
{
    /// <summary>For <see cref="FactAttribute.Timeout"/>.</summary>
    internal const int OfATest = 60_000;

    internal static readonly TimeSpan OfAWait = TimeSpan.FromSeconds(30);
}
