using Mptcp.Netlink;
using Mptcp.Tool.Interop;

namespace Mptcp.Tool.Commands;

/// <summary>Starts the program again in another network namespace, before it has opened anything: a thread that exists keeps the namespace that it is in.</summary>
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
            throw new ToolException(ExitCode.PrivilegeMissing, $"Cannot look at the network namespace of '{name}': that takes root, or CAP_SYS_PTRACE for a process and CAP_SYS_ADMIN to enter.");
        }
    }

    /// <summary>The calling thread is in the namespace. If the process is, too, it has been started again already.</summary>
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

    /// <summary>With the program that runs it, such as dotnet, and that one's arguments.</summary>
    static string[] CommandLine() => File.ReadAllText("/proc/self/cmdline")[..^1].Split('\0');
}
