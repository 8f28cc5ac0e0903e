using Mptcp.Netlink.Diagnostics;

namespace Mptcp.Netlink.Endpoints;

/// <summary>Programs that manage endpoints, too, in the network namespace of the thread that has made this.</summary>
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

    /// <summary>Gets the names, and "none found" where there are none.</summary>
    internal string Describe() => string.Join(", ", Find().Select(manager => $"{manager.Name} (process {manager.ProcessId})")) is { Length: > 0 } names ? names : "none found";

    /// <summary>A namespace that this process may not ask for counts as this one.</summary>
    bool IsHere(string directory) => Proc.TryReadLink($"{directory}/ns/net") is not { } other || other == _namespace;
}
