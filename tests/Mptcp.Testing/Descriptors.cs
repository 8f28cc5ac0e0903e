namespace Mptcp.Testing;

/// <summary>Counts the open sockets of this process, to check that none is left behind.</summary>
static class Descriptors
{
    internal static int CountSockets() =>
        Directory.EnumerateFileSystemEntries("/proc/self/fd").Count(fd => Target(fd)?.StartsWith("socket:", StringComparison.Ordinal) ?? false);

    /// <summary>Waits, with a timeout, until no more sockets are open than before. After a connect, closing is asynchronous.</summary>
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
        catch (IOException) // closed meanwhile, such as the descriptor of this enumeration
        {
            return null;
        }
    }
}
