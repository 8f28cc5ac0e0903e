namespace Mptcp.Netlink.Endpoints;

/// <summary>Programs that manage endpoints, too, in the network namespace of the thread that has made this.</summary>
sealed class OtherManagers
{
    static readonly string[] s_names = ["NetworkManager", "mptcpd"];

    readonly string? _namespace = TryReadLink("/proc/thread-self/ns/net");

    internal IEnumerable<(string Name, int ProcessId)> Find()
    {
        foreach (string directory in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(directory), out int processId) && Array.IndexOf(s_names, TryRead($"{directory}/comm")) is var i and >= 0 && IsHere(directory))
                yield return (s_names[i], processId);
        }
    }

    /// <summary>Gets the names, and "none found" where there are none.</summary>
    internal string Describe() => string.Join(", ", Find().Select(manager => $"{manager.Name} (process {manager.ProcessId})")) is { Length: > 0 } names ? names : "none found";

    /// <summary>A namespace that this process may not ask for counts as this one.</summary>
    bool IsHere(string directory) => TryReadLink($"{directory}/ns/net") is not { } other || other == _namespace;

    static string? TryRead(string path) => Try(() => File.ReadAllText(path).TrimEnd('\n'));

    static string? TryReadLink(string path) => Try(() => new FileInfo(path).LinkTarget);

    /// <summary>Processes end at any time, and some may not be looked at.</summary>
    static string? Try(Func<string?> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
