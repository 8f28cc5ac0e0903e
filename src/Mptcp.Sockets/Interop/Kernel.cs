namespace Mptcp.Sockets.Interop;

/// <summary>The version of Linux.</summary>
static class Kernel
{
    /// <summary>Major, minor and patch number. The fourth number of .NET comes from the distribution and is left out.</summary>
    internal static Version Version { get; } = WithoutRevision(Environment.OSVersion.Version);

    static Version WithoutRevision(Version release) => new(release.Major, release.Minor, Math.Max(release.Build, 0));
}
