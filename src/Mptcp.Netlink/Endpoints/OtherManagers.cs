using Mptcp.Netlink.Diagnostics;

namespace Mptcp.Netlink.Endpoints;

/// <summary>Finds other programs that manage endpoints in the network namespace of the thread that created the instance.</summary>
sealed class OtherManagers
{
    static readonly string[] s_names = ["NetworkManager", "mptcpd"];

    readonly string? _namespace = Proc.TryReadLink("/proc/thread-self/ns/net");

    internal IEnumerable<(string Name, int ProcessId)> Find()
    {
        foreach ((int processId, string directory) in Proc.Processes())
        {
            if (Proc.TryReadName(directory) is { } name && s_names.Contains(name) && IsHere(directory))
                yield return (name, processId);
        }
    }

    /// <summary>Returns the names, or "none found".</summary>
    internal string Describe()
    {
        string names = string.Join(", ", Find().Select(manager => $"{manager.Name} (process {manager.ProcessId})"));
        return names.Length > 0 ? names : "none found";
    }

    /// <summary>If this process may not read the namespace of the other, it counts as the same.</summary>
    bool IsHere(string directory) => Proc.TryReadLink($"{directory}/ns/net") is not { } other || other == _namespace;
}
