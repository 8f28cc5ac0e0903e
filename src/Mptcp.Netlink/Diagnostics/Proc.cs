namespace Mptcp.Netlink.Diagnostics;

/// <summary>Reads files of <c>/proc</c>. Processes end at any time, and some may not be read.</summary>
static class Proc
{
    internal static IEnumerable<(int ProcessId, string Directory)> Processes()
    {
        foreach (string directory in Directory.EnumerateDirectories("/proc"))
        {
            if (int.TryParse(Path.GetFileName(directory), out int processId))
                yield return (processId, directory);
        }
    }

    /// <summary>Reads the name of a process, which the kernel limits to 15 bytes.</summary>
    internal static string? TryReadName(string directory) => Try(() => File.ReadAllText($"{directory}/comm").TrimEnd('\n'));

    internal static string? TryReadText(string path) => Try(() => File.ReadAllText(path));

    internal static string? TryReadLink(string path) => Try(() => new FileInfo(path).LinkTarget);

    internal static IReadOnlyList<string> List(string directory) => Try(() => Directory.GetFiles(directory)) ?? [];

    static T? Try<T>(Func<T?> read)
        where T : class
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
