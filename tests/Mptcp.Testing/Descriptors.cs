namespace Mptcp.Testing;

/// <summary>Counts this process's open sockets, to see that none is left behind.</summary>
static class Descriptors
{
    internal static int CountSockets() =>
        Directory.EnumerateFileSystemEntries("/proc/self/fd").Count(fd => Target(fd)?.StartsWith("socket:", StringComparison.Ordinal) ?? false);

    /// <summary>Waits, bounded, until no more sockets are open than before; closing is asynchronous where a connect was under way.</summary>
    internal static async Task<int> CountSocketsOnceSettledAsync(int expected)
    {
        for (int look = 0; look < 100 && CountSockets() > expected; look++)
            await Task.Delay(50);

        return CountSockets();
    }

    static string? Target(string fd)
    {
        try
        {
            return File.ResolveLinkTarget(fd, returnFinalTarget: false)?.Name;
        }
        catch (IOException) // closed meanwhile, such as the descriptor of this very enumeration
        {
            return null;
        }
    }
}
