namespace Mptcp.Sockets.Info;

/// <summary>Checks the number of subflows that the kernel reports.</summary>
static class SubflowCount
{
    /// <summary>The kernel counts the additional subflows in one byte, so a larger number is an error, and needs no buffer.</summary>
    internal const int Most = 1024;

    internal static int Check(uint? count) => count switch
    {
        <= Most => (int)count,
        null => throw new InvalidDataException("The kernel did not report the number of subflows."),
        _ => throw new InvalidDataException($"The kernel reports {count} subflows for one connection."),
    };
}
