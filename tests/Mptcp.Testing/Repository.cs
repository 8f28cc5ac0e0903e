using System.Reflection;

namespace Mptcp.Testing;

/// <summary>This repository's files, whose place the build has written down.</summary>
static class Repository
{
    static readonly string s_root = typeof(Repository).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(metadata => metadata.Key == "RepositoryRoot").Value!;

    internal static string PathOf(string relativePath) => Path.GetFullPath(relativePath, s_root);

    /// <summary>The assembly of a project that is built with the tests, in the same configuration.</summary>
    internal static string Assembly(string projectDirectory)
    {
        // …/bin/CONFIGURATION/FRAMEWORK/, of whatever test project is running
        string[] output = AppContext.BaseDirectory.Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries)[^2..];
        return Path.Combine([PathOf(projectDirectory), "bin", .. output, $"{Path.GetFileName(projectDirectory)}.dll"]);
    }
}
