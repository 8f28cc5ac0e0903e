using Mptcp.Lab.Interop;

namespace Mptcp.Lab;

/// <summary>Lets an ordinary user make labs, as root of a user namespace, which most systems let everybody be.</summary>
public static class Rootless
{
    const string Guard = "MPTCP_LAB_RESTARTED"; // so that what does not help once is not tried for ever
    static readonly string[] s_becomeRoot = ["unshare", "--user", "--map-root-user"];

    /// <summary>
    /// Starts this program again inside a user namespace, with the same arguments. The new program takes the place of this process, which does not return. Call it
    /// first, before the program has done anything, where <see cref="LabNetwork.Missing"/> names something required.
    /// </summary>
    /// <remarks>It returns if it was done before, or the system does not allow it.</remarks>
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

        // In place of this process instead of beside it: exit code, signals and terminal are those of the one process that there is.
        string[] arguments = File.ReadAllText("/proc/self/cmdline").Split('\0')[1..^1]; // of whatever runs this: dotnet, or a program of its own
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
