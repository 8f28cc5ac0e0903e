using System.Reflection;

namespace Mptcp.Testing;

/// <summary>Finds the files of this repository. The build has written down its place.</summary>
static class Repository
{
    static readonly string s_root = typeof(Repository).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .Single(metadata => metadata.Key == "RepositoryRoot").Value!;

    internal static string PathOf(string relativePath) => Path.GetFullPath(relativePath, s_root);

    /// <summary>Returns the assembly of a project that is built with the tests, in the same configuration.</summary>
    internal static string Assembly(string projectDirectory)
    {
        // …/bin/CONFIGURATION/FRAMEWORK/, of the running test project
        string[] output = AppContext.BaseDirectory.Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries)[^2..];
        return Path.Combine([PathOf(projectDirectory), "bin", .. output, $"{Path.GetFileName(projectDirectory)}.dll"]);
    }
}
