using System.Diagnostics;

namespace Mptcp.Sockets.Benchmarks.Support;

/// <summary>Names for the benchmarks, in a separate /etc/hosts, in a mount namespace.</summary>
static class Hosts
{
    /// <summary>A name with one address, 127.0.0.1.</summary>
    internal const string OneAddress = "one.test";

    /// <summary>A name with two addresses. The first one, ::1, refuses, because nothing listens on it.</summary>
    internal const string FirstRefuses = "two.test";

    const string Variable = "MPTCP_BENCHMARKS_HOSTS"; // set in the mount namespace

    static readonly string[] s_asRoot = ["--mount"], s_asUser = ["--user", "--map-root-user", "--net", "--mount"];

    /// <summary>Restarts this program with these names, and returns its exit code; null if the names exist already.</summary>
    internal static int? RunInside(string[] arguments)
    {
        if (Environment.GetEnvironmentVariable(Variable) is not null)
            return null;

        string file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, $"127.0.0.1 localhost\n127.0.0.1 {OneAddress}\n::1 {FirstRefuses}\n127.0.0.1 {FirstRefuses}\n");
            var start = new ProcessStartInfo("unshare", [.. Environment.IsPrivilegedProcess ? s_asRoot : s_asUser, "sh", "-c", "mount --bind \"$0\" /etc/hosts && exec \"$@\"", file, .. Command, .. arguments]);
            start.Environment[Variable] = file;
            using Process inside = Process.Start(start)!;
            inside.WaitForExit();
            return inside.ExitCode;
        }
        finally
        {
            File.Delete(file);
        }
    }

    static string[] Command => [Environment.ProcessPath!, .. Environment.GetCommandLineArgs().Take(1).Where(path => Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")];
}
