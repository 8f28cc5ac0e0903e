namespace Mptcp.Sockets.Interop;

/// <summary>Which Linux this is.</summary>
static class Kernel
{
    /// <summary>Major, minor and patch. .NET's fourth number is whatever digits a distribution has put behind them.</summary>
    internal static Version Version { get; } = WithoutRevision(Environment.OSVersion.Version);

    static Version WithoutRevision(Version release) => new(release.Major, release.Minor, Math.Max(release.Build, 0));
}
