using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Failover;

/// <summary>Lets an ordinary user make network namespaces: as root of a user namespace, which most systems let everybody be.</summary>
static partial class Rootless
{
    const string Guard = "MPTCP_FAILOVER_RESTARTED"; // so that what does not help once is not tried for ever
    static readonly string[] s_becomeRoot = ["unshare", "--user", "--map-root-user"];

    /// <summary>Starts this program again, inside. Returns if the system does not allow it, or it has been done.</summary>
    internal static void Restart()
    {
        if (!OperatingSystem.IsLinux() || Environment.GetEnvironmentVariable(Guard) is not null || !CanBecomeRoot())
            return;

        // In place of this process instead of beside it: exit code, signals and terminal are those of the one process that there is.
        string[] arguments = File.ReadAllText("/proc/self/cmdline").Split('\0')[1..^1]; // of whatever runs this: dotnet, or a program of its own
        _ = execvp(s_becomeRoot[0], [.. s_becomeRoot, "env", $"{Guard}=1", Environment.ProcessPath, .. arguments, null]);
    }

    static bool CanBecomeRoot()
    {
        var start = new ProcessStartInfo(s_becomeRoot[0], [.. s_becomeRoot[1..], "true"]) { RedirectStandardError = true };
        try
        {
            using Process probe = Process.Start(start)!;
            probe.StandardError.ReadToEnd();
            probe.WaitForExit();
            return probe.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false; // there is no such program
        }
    }

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int execvp(string file, string?[] argv);
}
