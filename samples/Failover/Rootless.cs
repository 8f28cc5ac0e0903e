using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Failover;

/// <summary>Lets an ordinary user create network namespaces, as root of a user namespace. Most systems allow that to everyone.</summary>
static partial class Rootless
{
    const string Guard = "MPTCP_FAILOVER_RESTARTED"; // prevents an endless loop of restarts
    static readonly string[] s_becomeRoot = ["unshare", "--user", "--map-root-user"];

    /// <summary>Restarts this program in a user namespace. Returns if the system does not allow it, or if the program was restarted before.</summary>
    internal static void Restart()
    {
        if (!OperatingSystem.IsLinux() || Environment.GetEnvironmentVariable(Guard) is not null || !CanBecomeRoot())
            return;

        // execvp replaces this process, so the exit code, signals and terminal need no forwarding.
        string[] arguments = File.ReadAllText("/proc/self/cmdline").Split('\0')[1..^1]; // without the executable: dotnet, or the program itself
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
            return false; // unshare is not installed
        }
    }

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int execvp(string file, string?[] argv);
}
