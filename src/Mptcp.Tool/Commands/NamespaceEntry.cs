using Mptcp.Netlink;
using Mptcp.Tool.Interop;

namespace Mptcp.Tool.Commands;

/// <summary>
/// Restarts the program in another network namespace, before it has opened anything: an existing thread keeps its namespace.
/// </summary>
static class NamespaceEntry
{
    const string ThreadsNamespace = "/proc/thread-self/ns/net", ProcessNamespace = "/proc/self/ns/net";

    internal static void Enter(string? name)
    {
        if (name is null)
            return;

        try
        {
            MptcpNetworkNamespace.Run(PathOf(name), Restart);
        }
        catch (UnauthorizedAccessException)
        {
            throw new ToolException(ExitCode.PrivilegeMissing, $"Cannot look at the network namespace of '{name}': this needs root, or CAP_SYS_PTRACE for a process and CAP_SYS_ADMIN to enter.");
        }
    }

    /// <summary>Returns whether the calling thread is in the namespace. If the process is, too, it was restarted already.</summary>
    static bool Restart()
    {
        if (new FileInfo(ThreadsNamespace).LinkTarget != new FileInfo(ProcessNamespace).LinkTarget)
            ProcessImage.Replace(Environment.ProcessPath!, CommandLine());

        return true;
    }

    static string PathOf(string name)
    {
        string[] candidates = name.Contains('/') ? [name] : [$"/run/netns/{name}", $"/proc/{name}/ns/net"];
        return candidates.FirstOrDefault(File.Exists)
            ?? throw new ToolException(ExitCode.BadArguments, $"There is no network namespace or process '{name}'. 'ip netns list' prints the names of namespaces.");
    }

    /// <summary>Returns the command line of this program, including its launcher, such as dotnet.</summary>
    static string[] CommandLine() => File.ReadAllText("/proc/self/cmdline")[..^1].Split('\0');
}
