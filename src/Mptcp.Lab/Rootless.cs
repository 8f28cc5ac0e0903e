using Mptcp.Lab.Interop;

namespace Mptcp.Lab;

/// <summary>Lets an ordinary user create labs, as root of a user namespace, which most systems allow.</summary>
public static class Rootless
{
    const string Guard = "MPTCP_LAB_RESTARTED"; // prevents endless restarts if a restart does not help
    static readonly string[] s_becomeRoot = ["unshare", "--user", "--map-root-user"];

    /// <summary>
    /// Restarts this program inside a user namespace, with the same arguments. The new program replaces this process, so the method does
    /// not return. If <see cref="LabNetwork.Missing"/> contains something required, call this method first in the program.
    /// </summary>
    /// <remarks>The method returns if the program was restarted before, or if the system does not allow it.</remarks>
    /// <example>
    /// <code>
    /// if (LabNetwork.Missing.Any(requirement =&gt; requirement.IsRequired))
    ///     Rootless.Restart();
    /// </code>
    /// </example>
    public static void Restart()
    {
        if (!OperatingSystem.IsLinux() || Environment.GetEnvironmentVariable(Guard) is not null || Environment.ProcessPath is not { } program || !CanBecomeRoot())
            return;

        // The new program replaces the process instead of running beside it: there is one exit code, one terminal and one target for
        // signals.
        string[] arguments = File.ReadAllText("/proc/self/cmdline").Split('\0')[1..^1]; // of the executable: dotnet, or the program itself
        _ = Libc.execvp(s_becomeRoot[0], [.. s_becomeRoot, "env", $"{Guard}=1", program, .. arguments, null]);
    }

    static bool CanBecomeRoot()
    {
        if (Command.Find(s_becomeRoot[0]) is null)
            return false;

        try
        {
            Command.Run(s_becomeRoot[0], [.. s_becomeRoot[1..], "true"]);
            return true;
        }
        catch (LabException)
        {
            return false;
        }
    }
}
