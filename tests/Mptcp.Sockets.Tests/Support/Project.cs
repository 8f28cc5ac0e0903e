using System.Reflection;

namespace Mptcp.Sockets.Tests.Support;

/// <summary>The sources of this test project, whose place the build has written down.</summary>
static class Project
{
    static readonly string s_directory = typeof(Project).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(metadata => metadata.Key == "ProjectDirectory").Value!;

    /// <summary>The assembly of another project of this repository, built with the tests in the same configuration.</summary>
    internal static string Assembly(string projectDirectory) => Path.Combine(
        File($"../../{projectDirectory}"), "bin", Path.GetRelativePath(File("bin"), AppContext.BaseDirectory), $"{Path.GetFileName(projectDirectory)}.dll");

    internal static string File(string relativePath) => Path.GetFullPath(relativePath, s_directory);
}
